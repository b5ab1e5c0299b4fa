/**
 * The settings that limit how often a service is asked, a part of settingsTable.ts. The rows of quotas.ts name them.
 */
import { decimal, int, type SettingSpec } from './settingKinds';

const rateMax = 1_000_000;

export const rateSettings = {
  'rate.utilization': decimal(0.95, 0.1, 1, 'window', 'rates', 'The share of each limit to use.'),
  'rate.youtube.perHour': int(
    300,
    0,
    rateMax,
    'window',
    'rates',
    'Videos an hour from YouTube. 0: unlimited.',
  ),
  'rate.youtube.perDay': int(0, 0, rateMax, 'window', 'rates', 'Videos a day from YouTube. 0: unlimited.'),
  'rate.youtube.burst': int(10, 1, 1000, 'window', 'rates', 'Videos that may start close together at first.'),
  'rate.youtube.spacing': decimal(1, 0, 3600, 'window', 'rates', 'Seconds between two starts.'),
  'rate.youtube.concurrency': int(
    5,
    0,
    100,
    'window',
    'rates',
    'Videos at the same time from YouTube. 0: unlimited.',
  ),
  'rate.deapi.perMinute': int(
    300,
    0,
    rateMax,
    'window',
    'rates',
    "deAPI requests a minute. The service's answers can lower it. 0: unlimited.",
  ),
  'rate.deapi.perDay': int(0, 0, rateMax, 'window', 'rates', 'deAPI requests a day. 0: unlimited.'),
  'rate.deapi.burst': int(3, 1, 1000, 'window', 'rates', 'deAPI requests that may start close together.'),
  'rate.openai.perMinute': int(
    0,
    0,
    rateMax,
    'window',
    'rates',
    'Requests a minute to the OpenAI-compatible service. Its answers can lower it. 0: unlimited.',
  ),
  'rate.openai.perDay': int(
    0,
    0,
    rateMax,
    'window',
    'rates',
    'Requests a day to the OpenAI-compatible service. 0: unlimited.',
  ),
  'rate.openai.concurrency': int(
    2,
    0,
    100,
    'window',
    'rates',
    'Requests at the same time to the OpenAI-compatible service. 0: unlimited.',
  ),
  'rate.otherHosts.perMinute': int(
    60,
    0,
    rateMax,
    'window',
    'rates',
    'Requests a minute to each other host. 0: unlimited.',
  ),
  'rate.otherHosts.concurrency': int(
    2,
    0,
    100,
    'window',
    'rates',
    'Requests at the same time to each other host. 0: unlimited.',
  ),
} satisfies Record<string, SettingSpec>;

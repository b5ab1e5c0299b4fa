/** The videos of a scene: their titles, and how those that are seen to have ended. */
import type { BatchEvent } from '../../src/model/events';
import { failure, type Failure } from '../../src/model/failure';

const series = [
  'Linear algebra',
  'Operating systems',
  'Cell biology',
  'Modern architecture',
  'Statistics for everyone',
  'Rivers and deltas',
  'Compilers',
  'The long eighteenth century',
  'Thermodynamics',
  'Ethics in practice',
];
const topics = [
  'eigenvalues without tears',
  'what a page fault costs',
  'membranes and gradients',
  'concrete, glass and light',
  'why the median lies less',
  'how a delta forgets',
  'parsing by hand',
  'letters, salons, newspapers',
  'entropy, counted',
  'the trolley and the timetable',
  'review and questions',
  'guest lecture, part two',
  'a proof in four pictures',
  'scheduling under pressure',
];
/** A number from 0 to 1 that is the same for the same place, whatever else happens. */
export function chance(index: number, salt: number): number {
  let h = Math.imul(index + 1, 2654435761) ^ Math.imul(salt + 7, 40503);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

export const titleOf = (index: number): string =>
  `${series[Math.floor(index / 14) % series.length]} ${(index % 14) + 1}: ${topics[Math.floor(chance(index, 3) * topics.length)]}`;

export const words: Readonly<Record<string, Failure>> = {
  'no-captions': failure('no-captions', 'no caption tracks', { status: 200 }),
  private: failure('private', 'LOGIN_REQUIRED: this video is private', { status: 200 }),
  'geo-blocked': failure('geo-blocked', 'UNPLAYABLE: not available in your country', { status: 200 }),
  'too-large': failure('too-large', '413 Request Entity Too Large', { status: 413, subject: 'openai' }),
  'not-started': failure('not-started', 'LIVE_STREAM_OFFLINE', { notBefore: Date.UTC(2026, 10, 24, 18) }),
  unavailable: failure('unavailable', 'ERROR: video unavailable', { status: 404 }),
  blocked: failure('blocked', 'LOGIN_REQUIRED: confirm you are not a bot', {
    status: 429,
    subject: 'youtube',
  }),
};

export function done(index: number, at: number): BatchEvent {
  const speech = chance(index, 5) > 0.82;
  return {
    type: 'outcome',
    at,
    job: index,
    outcome: {
      status: 'completed',
      source: speech ? 'deapi' : 'youtube',
      language: chance(index, 6) < 0.8 ? 'en' : 'de',
      captions: speech ? 'speech' : chance(index, 11) < 0.45 ? 'automatic' : 'manual',
      meta: {},
      files: [`${titleOf(index).replace(':', ' –')} [${String(index).padStart(11, 'a')}].md`],
      seconds: speech ? 30 + chance(index, 9) * 60 : 1 + chance(index, 8) * 2.2,
      requests: 2,
      via: 'direct',
      ...(speech ? { cost: 0.028, paidSeconds: 50 } : {}),
    },
  };
}

/** The settings of work on several machines, a part of settingsTable.ts. */
import { text } from './settingKinds';
import { urlOf } from './webUrl';

/** The password has a place of its own, so that no settings file holds it. */
const isRedisOrEmpty = (value: string): string | undefined => {
  if (value === '') return undefined;
  if (holdsPassword(value))
    return 'without a password (set the variable BULK_TRANSCRIBE_REDIS_PASSWORD where the program starts)';
  if (/^(?:[a-z+-]*unix:|\/|\.)/i.test(value))
    return 'a redis:// or rediss:// address: have that Redis listen on a port, a socket file cannot be used';
  return /^rediss?:\/\/[^\s/?#]+(?:\/\d{0,3})?$/i.test(value) && urlOf(value)?.hostname
    ? undefined
    : 'a redis:// or rediss:// address such as redis://192.168.1.5:6379, with the number of a database behind it at most, or empty';
};

function holdsPassword(value: string): boolean {
  const rest = value.replace(/^[a-z+-]*:\/\//i, '');
  const colon = rest.indexOf(':');
  const parameters = rest.search(/[?&#]/);
  return (
    (colon >= 0 && rest.includes('@', colon)) ||
    (parameters >= 0 && /pass|auth/i.test(rest.slice(parameters)))
  );
}

/** It is part of keys in Redis, and of sentences. */
const isSharedName = (value: string): string | undefined =>
  value === '' || /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,58}[\p{L}\p{N}_-])?$/u.test(value)
    ? undefined
    : 'a short name of letters, digits, dots, hyphens and spaces, or empty';

/** Where these settings act, and where the password goes. */
const inTerminal =
  'Acts in the terminal program alone; a batch that runs in VS Code runs on this computer by itself.';

export const clusterSettings = {
  'cluster.redisUrl': text(
    '',
    isRedisOrEmpty,
    'machine',
    'network',
    `Address of a Redis or Valkey server through which machines work together, such as \`redis://192.168.1.5:6379\`. ${inTerminal} The password is no part of it and of no settings file: the terminal program reads it from the variable \`BULK_TRANSCRIBE_REDIS_PASSWORD\`. Empty: off.`,
  ),
  'cluster.egress': text(
    '',
    isSharedName,
    'machine',
    'network',
    `Name of the internet address that this machine goes out by. Machines with the same name share the rates of YouTube and of other sites, through \`cluster.redisUrl\`. ${inTerminal} Empty: it has an address of its own.`,
  ),
  'cluster.account': text(
    '',
    isSharedName,
    'machine',
    'network',
    `Name of the paid account that several machines use. Machines with the same name share its rates, through \`cluster.redisUrl\`. ${inTerminal} Empty: it is used here alone.`,
  ),
};

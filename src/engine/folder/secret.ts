/**
 * The secret of this user on this machine, from which the seals of the journals are made. It is random, readable
 * by the user alone, never leaves the state folder, and is stored twice: a crash or a bad sector damages one of the
 * two at most.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Files } from '../../model/ports';
import { journalLine, parseLine } from '../journal/journal';

const secretForm = /^[0-9a-f]{64}$/;
/** A secret's file is one short line; a damaged one may be longer. */
const mostBytes = 65_536;

/**
 * The key of this machine's seals; the secret is created where there is none. `machine`: the machine's id, so that a
 * state folder that was copied to another computer has other seals. Throws FailureError `disk` when a new secret
 * cannot be written, or an old one cannot be read.
 */
export async function sealKey(files: Files, folder: string, machine: string): Promise<string> {
  const secret = await ownSecret(files, folder);
  return createHmac('sha256', secret).update(machine).digest('hex');
}

async function ownSecret(files: Files, folder: string): Promise<string> {
  const path = join(folder, 'secret');
  const copy = `${path}.copy`;
  const known = await readSecret(files, path);
  const kept = await readSecret(files, copy);
  if (known !== undefined) {
    if (kept === undefined) await files.writeWhole(copy, written(known), 'user').catch(() => undefined);
    return known;
  }
  await files.makeFolder(folder);
  if (kept === undefined) {
    // What is in the way is damaged. If several programs repair it at once, one creates the copy, the others read it.
    if ((await readSecret(files, copy)) === undefined) await files.remove(copy);
    await files.createExclusive(copy, written(fresh()), 'user');
  }
  const secret = kept ?? (await readSecret(files, copy)) ?? fresh();
  await files.writeWhole(path, written(secret), 'user');
  return secret;
}

const fresh = (): string => randomBytes(32).toString('hex');
const written = (key: string): string => journalLine({ type: 'secret', key });

async function readSecret(files: Files, path: string): Promise<string | undefined> {
  const bytes = await files.read(path, mostBytes);
  const key = parseLine(new TextDecoder().decode(bytes).trim())?.key;
  return typeof key === 'string' && secretForm.test(key) ? key : undefined;
}

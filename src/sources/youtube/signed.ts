/**
 * A table of clients and reasons as it is published: its text with an Ed25519 signature by the owner of
 * this program, whose public key is a file of the repository. `npm run clients:sign` creates one.
 */
import { createPublicKey, verify } from 'node:crypto';
import * as v from 'valibot';
import { readJson } from '../parts';
import { readKnowledge } from './knowledge';
import type { YouTubeKnowledge } from './knowledge';
import publicKey from './publicKey.json';

const envelopeSchema = v.strictObject({
  schema: v.literal(1),
  /** knowledge.json as text: exactly these bytes are signed. */
  table: v.pipe(v.string(), v.maxLength(400_000)),
  /** Base64. */
  signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]{86}==$/)),
});

/** The owner's key: SPKI in base64. */
export const ownersKey: string = publicKey.spki;

/**
 * The table in a signed text, or why it is refused. Nothing in it is parsed before the signature is
 * verified.
 */
export function readSigned(text: string, key = ownersKey): YouTubeKnowledge | { readonly problem: string } {
  const read = v.safeParse(envelopeSchema, readJson(text));
  if (!read.success) return { problem: 'it is not a signed table' };
  const { table, signature } = read.output;
  const owner = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  const isOwners = verify(undefined, Buffer.from(table, 'utf8'), owner, Buffer.from(signature, 'base64'));
  if (!isOwners) return { problem: 'its signature is not that of this program’s owner' };
  const found = readKnowledge(readJson(table));
  return 'problem' in found ? { problem: `its contents are wrong (${found.problem})` } : found;
}

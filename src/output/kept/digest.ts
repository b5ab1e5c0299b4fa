/** The digest of a file's content: it tells whether a file still is as we wrote it. */
import { createHash } from 'node:crypto';

/** 96 bits of SHA-256, base64url. */
export function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 16);
}

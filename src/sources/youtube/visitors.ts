/**
 * The visitor id that YouTube sees: sent from the first request on and kept, as every player of YouTube's
 * own does. Generated as YouTube's clients do until YouTube returns one; that needs no request.
 */

const mostKept = 100;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export class Visitors {
  private readonly kept = new Map<string, string>();

  /** `key`: one way out of this computer; each has a visitor of its own, so that they cannot be linked. */
  of(key: string, now: number): string {
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const made = newVisitor(now);
    this.learn(key, made);
    return made;
  }

  learn(key: string, visitor: string): void {
    const oldest = this.kept.keys().next();
    if (this.kept.size >= mostKept && !this.kept.has(key) && !oldest.done) this.kept.delete(oldest.value);
    this.kept.set(key, visitor);
  }

  /** A session that was refused: the next request begins another. */
  forget(key: string): void {
    this.kept.delete(key);
  }
}

/**
 * A message of two fields in protocol buffers, 1: an id of eleven characters, 5: seconds since 1970; in base64
 * for addresses, with its padding escaped (as YouTube.js and NewPipeExtractor do).
 */
function newVisitor(now: number): string {
  const random = crypto.getRandomValues(new Uint8Array(11));
  const id = Array.from(random, (byte) => letters.charAt(byte % 64));
  const bytes = [0x0a, id.length, ...id.map((letter) => letter.charCodeAt(0)), 0x28];
  let seconds = Math.floor(now / 1000);
  for (; seconds > 127; seconds = Math.floor(seconds / 128)) bytes.push((seconds % 128) | 128);
  bytes.push(seconds);
  const text = btoa(String.fromCharCode(...bytes));
  return encodeURIComponent(text.replace(/\+/g, '-').replace(/\//g, '_'));
}

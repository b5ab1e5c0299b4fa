/** Text in windows-1252, the encoding of Western Europe that old programs still write. */

/** What windows-1252 has where Latin-1 has control characters, from 0x80 on. */
const upper = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/**
 * Decodes any bytes. Not left to TextDecoder: several versions of Node read windows-1252 as plain Latin-1
 * (nodejs/node#56542).
 */
export function latinText(bytes: Uint8Array): string {
  const latin = new TextDecoder('latin1').decode(bytes);
  return latin.replace(/[\x80-\x9f]/g, (control) => upper[control.charCodeAt(0) - 0x80] ?? control);
}

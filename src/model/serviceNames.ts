/** What services and quotas are called in a sentence. */

const names: Readonly<Record<string, string>> = {
  youtube: 'YouTube',
  deapi: 'deAPI',
  openai: 'openai',
  whisper: 'whisper',
  'yt-dlp': 'yt-dlp',
  subtitleFile: 'the subtitle file',
};

/** The name of a source or quota. Quotas are named `<service>`, `<service>.<part>` (`deapi.submit`) or `host:<name>`. */
export function serviceName(sourceOrQuota: string): string {
  const colon = sourceOrQuota.search(/[:/.]/);
  const head = colon < 0 ? sourceOrQuota : sourceOrQuota.slice(0, colon);
  if (head === 'host') return sourceOrQuota.slice(colon + 1);
  return Object.hasOwn(names, head) ? (names[head] ?? head) : sourceOrQuota;
}

/** What the version of yt-dlp shows: whether it may be used at all, and how old it is. Pure. */

/**
 * Older ones count as missing, because a page or playlist can make them send requests to a server of its
 * choice, past every listed proxy, or write outside the folder: CVE-2023-35934 (cookies sent to other
 * hosts, fixed in 2023.07.06), CVE-2023-46121 (a page picks the proxy by `__youtubedl_smuggle`,
 * 2023.11.14), CVE-2024-38519 (file names of a page's choice, 2024.07.01).
 * https://github.com/yt-dlp/yt-dlp/security/advisories
 */
export const leastYtDlp = '2024.07.01';

/** From here on YouTube's audio needs a JavaScript runtime, and yt-dlp can select one by name. */
export const jsRuntimeSince = '2025.11.12';

/** Compares versions such as `2026.10.26` or `2026.10.26.123456`. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [a, b] = [version, wanted].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let at = 0; at < 4; at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Whole days since the release in a version's name; undefined when it has none. */
export function versionAgeDays(version: string, now: number): number | undefined {
  const match = /^(\d{4})\.(\d{1,2})\.(\d{1,2})/.exec(version);
  if (!match) return undefined;
  const released = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return Math.max(0, Math.floor((now - released) / 86_400_000));
}

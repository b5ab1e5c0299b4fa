/**
 * A web address as the URL standard reads it, or undefined; never throws. In place of `URL.canParse`, which in
 * Node 20 and 22 refuses every address with letters beyond ASCII (`münchen.example`) once V8 has optimised it,
 * after some thousands of calls: a long list reaches that. Lint forbids `canParse` for that reason.
 */
export function urlOf(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/**
 * Whether the text contains, in whatever encoding, the mark by which yt-dlp passes options inside an
 * address: a link with it could control yt-dlp (CVE-2023-46121). No web page needs it.
 */
export function hasYtDlpOrders(text: string): boolean {
  let plain = text;
  // Encoded, and encoded twice, as redirects carry addresses.
  for (let round = 0; round < 4; round += 1) {
    if (/youtubedl[^a-z0-9]*smuggle/i.test(plain)) return true;
    const next = plain.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (next === plain) return false;
    plain = next;
  }
  return false;
}

/**
 * The text without the user names and passwords of addresses in it. A password may be written with the marks `@`, `/`,
 * `?` and `#` as they are, which makes the address a wrong one; what follows a colon is taken for one unless it is a
 * port.
 */
export function withoutUsers(text: string, instead: string): string {
  return text.replace(users, `$1${instead}@`);
}

const users =
  /(:\/\/|^\/\/)(?:[^/?#\s]{0,500}@|[^\s/@:?#[]{0,200}:(?!\d{0,5}(?:[/?#\s]|$))[^\s"'<>]{0,300}@)/gi;

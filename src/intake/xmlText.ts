/** XML as programs really write it: repairs needed before a strict reader accepts it. */

/** A bare & is the commonest error, mostly in addresses, and would lose the attribute that contains it. */
export function mendedXml(text: string): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<![CDATA[', at);
    const stop = open === -1 ? text.length : open;
    out += text.slice(at, stop).replace(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\da-z]{1,30});)/gi, '&amp;');
    if (open === -1) break;
    const close = text.indexOf(']]>', open);
    const end = close === -1 ? text.length : close + 3;
    out += text.slice(open, end);
    at = end;
  }
  return out;
}

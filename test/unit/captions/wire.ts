// One set of cues written in every wire format, as services and programs write them.

export interface Line {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
const escapeHtml = (text: string): string => escapeXml(text).replace(/'/g, '&#39;').replace(/"/g, '&quot;');
const clock = (ms: number, point: string): string => {
  const two = (value: number, size = 2): string => String(Math.floor(value)).padStart(size, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${point}${two(ms % 1000, 3)}`;
};

export function json3(lines: readonly Line[]): string {
  return JSON.stringify({
    wireMagic: 'pb3',
    pens: [{}],
    events: [
      { tStartMs: 0, dDurationMs: 999_999, id: 1, wpWinPosId: 1, wsWinStyleId: 1 },
      ...lines.map((line) => ({
        tStartMs: line.startMs,
        dDurationMs: line.endMs - line.startMs,
        segs: [{ utf8: line.text }],
      })),
    ],
  });
}

/** Automatic captions: words with offsets, each line on the screen until the next but one. */
export function json3Automatic(lines: readonly Line[]): string {
  return JSON.stringify({
    wireMagic: 'pb3',
    events: lines.flatMap((line, at) => {
      const words = line.text.split(' ');
      const end = lines[at + 1]?.endMs ?? line.endMs;
      return [
        {
          tStartMs: line.startMs,
          dDurationMs: end - line.startMs,
          wWinId: 1,
          segs: words.map((word, n) =>
            n === 0 ? { utf8: word, acAsrConf: 0 } : { utf8: ` ${word}`, tOffsetMs: n * 10, acAsrConf: 0 },
          ),
        },
        { tStartMs: line.endMs - 10, dDurationMs: 10, wWinId: 1, aAppend: 1, segs: [{ utf8: '\n' }] },
      ];
    }),
  });
}

export function srv1(lines: readonly Line[]): string {
  const body = lines.map(
    (line) =>
      `<text start="${line.startMs / 1000}" dur="${(line.endMs - line.startMs) / 1000}">${escapeXml(escapeHtml(line.text))}</text>`,
  );
  return `<?xml version="1.0" encoding="utf-8" ?><transcript>${body.join('')}</transcript>`;
}

export function srv2(lines: readonly Line[]): string {
  const body = lines.map(
    (line) => `<text t="${line.startMs}" d="${line.endMs - line.startMs}">${escapeXml(line.text)}</text>`,
  );
  return `<?xml version="1.0" encoding="utf-8" ?><timedtext><window t="0" id="1"/>${body.join('')}</timedtext>`;
}

export function srv3(lines: readonly Line[]): string {
  const body = lines.map(
    (line) => `<p t="${line.startMs}" d="${line.endMs - line.startMs}">${escapeXml(line.text)}</p>`,
  );
  return `<?xml version="1.0" encoding="utf-8" ?><timedtext format="3">\n<head><pen id="1"/></head>\n<body>\n${body.join('\n')}\n</body>\n</timedtext>`;
}

export function srv3Automatic(lines: readonly Line[]): string {
  const body = lines.map((line, at) => {
    const end = lines[at + 1]?.endMs ?? line.endMs;
    const words = line.text.split(' ').map((word, n) => {
      return n === 0 ? `<s ac="0">${escapeXml(word)}</s>` : `<s t="${n * 10}" ac="0"> ${escapeXml(word)}</s>`;
    });
    return `<p t="${line.startMs}" d="${end - line.startMs}" w="1">${words.join('')}</p>\n<p t="${line.endMs - 10}" d="10" w="1" a="1">\n</p>`;
  });
  return `<?xml version="1.0" encoding="utf-8" ?><timedtext format="3">\n<body>\n<w t="0" id="1" wp="1" ws="1"/>\n${body.join('\n')}\n</body>\n</timedtext>`;
}

export function vtt(lines: readonly Line[]): string {
  const body = lines.map(
    (line) => `${clock(line.startMs, '.')} --> ${clock(line.endMs, '.')}\n${escapeXml(line.text)}\n`,
  );
  return `WEBVTT\nKind: captions\nLanguage: en\n\n${body.join('\n')}`;
}

/** As automatic captions come: the line before stays above, 10 ms cues hold it between two lines. */
export function vttRolling(lines: readonly Line[]): string {
  const place = ' align:start position:0%';
  const body = lines.map((line, at) => {
    const before = lines[at - 1];
    const touches = before !== undefined && line.startMs - before.endMs < 50;
    const words = line.text.split(' ').map((word, n) => {
      const at = clock(Math.min(line.startMs + n * 10, line.endMs - 10), '.');
      return n === 0 ? escapeXml(word) : `<${at}><c> ${escapeXml(word)}</c>`;
    });
    const last = line.endMs - 10;
    return (
      `${clock(line.startMs, '.')} --> ${clock(last, '.')}${place}\n${touches ? escapeXml(before.text) : ' '}\n${words.join('')}\n\n` +
      `${clock(last, '.')} --> ${clock(line.endMs, '.')}${place}\n${escapeXml(line.text)}\n \n`
    );
  });
  return `WEBVTT\nKind: captions\nLanguage: en\n\n${body.join('\n')}`;
}

export function srt(lines: readonly Line[]): string {
  return lines
    .map((line, at) => `${at + 1}\n${clock(line.startMs, ',')} --> ${clock(line.endMs, ',')}\n${line.text}\n`)
    .join('\n');
}

/** What a converter makes of rolling WebVTT: tags gone, repeats kept. */
export function srtRolling(lines: readonly Line[]): string {
  const cues = lines.flatMap((line, at) => {
    const before = lines[at - 1];
    const touches = before !== undefined && line.startMs - before.endMs < 50;
    const last = line.endMs - 10;
    return [
      [line.startMs, last, touches ? `${before.text}\n${line.text}` : line.text] as const,
      [last, line.endMs, line.text] as const,
    ];
  });
  return cues
    .map(([from, to, text], at) => `${at + 1}\n${clock(from, ',')} --> ${clock(to, ',')}\n${text}\n`)
    .join('\n');
}

export function ttml(lines: readonly Line[]): string {
  const body = lines.map(
    (line) =>
      `      <p begin="${clock(line.startMs, '.')}" end="${clock(line.endMs, '.')}" style="s2">${escapeXml(line.text).replace(/\n/g, '<br />')}</p>`,
  );
  return `<?xml version="1.0" encoding="utf-8" ?>\n<tt xml:lang="en" xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata">\n  <head><metadata><ttm:title>Not a cue</ttm:title></metadata></head>\n  <body region="r1">\n    <div>\n${body.join('\n')}\n    </div>\n  </body>\n</tt>\n`;
}

/**
 * One transcript in every wire format of YouTube's timedtext. Automatic captions come as YouTube makes them:
 * words with offsets, lines that stay on screen while the next is spoken, rolling repeats in WebVTT.
 */

export interface SpokenLine {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

export type TimedtextFormat = 'json3' | 'srv1' | 'srv2' | 'srv3' | 'vtt' | 'ttml' | 'srt';

export const contentTypes: Readonly<Record<TimedtextFormat, string>> = {
  json3: 'application/json; charset=UTF-8',
  srv1: 'text/xml; charset=UTF-8',
  srv2: 'text/xml; charset=UTF-8',
  srv3: 'text/xml; charset=UTF-8',
  vtt: 'text/vtt; charset=UTF-8',
  ttml: 'application/ttml+xml; charset=UTF-8',
  srt: 'text/plain; charset=UTF-8',
};

export function isTimedtextFormat(name: string): name is TimedtextFormat {
  return Object.hasOwn(contentTypes, name);
}

export function writeTimedtext(
  format: TimedtextFormat,
  lines: readonly SpokenLine[],
  automatic: boolean,
): string {
  switch (format) {
    case 'json3':
      return automatic ? automaticJson3(lines) : manualJson3(lines);
    case 'srv1':
      return srv1(lines, automatic);
    case 'srv2':
      return srv2(lines, automatic);
    case 'srv3':
      return automatic ? automaticSrv3(lines) : manualSrv3(lines);
    case 'vtt':
      return automatic ? rollingVtt(lines) : vtt(lines);
    case 'ttml':
      return ttml(lines, automatic);
    case 'srt':
      return srt(lines, automatic);
  }
}

const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** An automatic line stays until the one after the next is spoken. */
function shownUntil(lines: readonly SpokenLine[], index: number): number {
  return lines[index + 1]?.endMs ?? lines[index]?.endMs ?? 0;
}

interface Word {
  readonly text: string;
  readonly offsetMs: number;
}
function wordsOf(line: SpokenLine): readonly Word[] {
  const words = line.text.split(' ');
  const step = (line.endMs - line.startMs) / words.length;
  return words.map((text, index) => ({ text, offsetMs: Math.floor(index * step) }));
}

const json3Head = { wireMagic: 'pb3', pens: [{}], wsWinStyles: [{}], wpWinPositions: [{}] };

function manualJson3(lines: readonly SpokenLine[]): string {
  const events = lines.map(({ startMs, endMs, text }) => ({
    tStartMs: startMs,
    dDurationMs: endMs - startMs,
    segs: [{ utf8: text }],
  }));
  return JSON.stringify({ ...json3Head, events });
}

function automaticJson3(lines: readonly SpokenLine[]): string {
  const events: unknown[] = [
    { tStartMs: 0, dDurationMs: lines.at(-1)?.endMs ?? 0, id: 1, wpWinPosId: 1, wsWinStyleId: 1 },
  ];
  for (const [index, line] of lines.entries()) {
    const segs = wordsOf(line).map(({ text, offsetMs }, at) => ({
      utf8: at === 0 ? text : ` ${text}`,
      ...(at === 0 ? {} : { tOffsetMs: offsetMs }),
      acAsrConf: 0,
    }));
    const end = shownUntil(lines, index);
    events.push({ tStartMs: line.startMs, dDurationMs: end - line.startMs, wWinId: 1, segs });
    const next = lines[index + 1];
    if (next)
      events.push({
        tStartMs: next.startMs - 10,
        dDurationMs: Math.max(10, end - next.startMs + 10),
        wWinId: 1,
        aAppend: 1,
        segs: [{ utf8: '\n' }],
      });
  }
  return JSON.stringify({ ...json3Head, events });
}

function srv1(lines: readonly SpokenLine[], automatic: boolean): string {
  const texts = lines.map((line, index) => {
    const end = automatic ? shownUntil(lines, index) : line.endMs;
    const dur = (end - line.startMs) / 1000;
    // The text is escaped twice.
    return `<text start="${line.startMs / 1000}" dur="${dur}">${escapeXml(escapeXml(line.text))}</text>`;
  });
  return `<?xml version="1.0" encoding="utf-8" ?><transcript>${texts.join('')}</transcript>`;
}

function srv2(lines: readonly SpokenLine[], automatic: boolean): string {
  const texts = lines.map((line, index) => {
    const end = automatic ? shownUntil(lines, index) : line.endMs;
    return `<text t="${line.startMs}" d="${end - line.startMs}">${escapeXml(line.text)}</text>`;
  });
  const window = automatic ? '<window t="0" id="1" op="define" />' : '';
  return `<?xml version="1.0" encoding="utf-8" ?><timedtext>${window}${texts.join('\n')}</timedtext>`;
}

function manualSrv3(lines: readonly SpokenLine[]): string {
  const ps = lines.map(
    ({ startMs, endMs, text }) => `<p t="${startMs}" d="${endMs - startMs}">${escapeXml(text)}</p>`,
  );
  return `<?xml version="1.0" encoding="utf-8" ?><timedtext format="3">\n<body>\n${ps.join('\n')}\n</body>\n</timedtext>`;
}

function automaticSrv3(lines: readonly SpokenLine[]): string {
  const ps = lines.map((line, index) => {
    const words = wordsOf(line).map(({ text, offsetMs }, at) =>
      at === 0 ? `<s ac="0">${escapeXml(text)}</s>` : `<s t="${offsetMs}" ac="0"> ${escapeXml(text)}</s>`,
    );
    const end = shownUntil(lines, index);
    const next = lines[index + 1];
    const feed = next
      ? `\n<p t="${next.startMs - 10}" d="${Math.max(10, end - next.startMs + 10)}" w="1" a="1">\n</p>`
      : '';
    return `<p t="${line.startMs}" d="${end - line.startMs}" w="1">${words.join('')}</p>${feed}`;
  });
  const head =
    '<head>\n<ws id="0"/>\n<ws id="1" mh="2" ju="0" sd="3"/>\n<wp id="0"/>\n<wp id="1" ap="6" ah="20" av="100" rc="2" cc="40"/>\n</head>';
  return `<?xml version="1.0" encoding="utf-8" ?><timedtext format="3">\n${head}\n<body>\n<w t="0" id="1" wp="1" ws="1"/>\n${ps.join('\n')}\n</body>\n</timedtext>`;
}

function clock(ms: number, mark: '.' | ','): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${mark}${rest}`;
}
const span = (startMs: number, endMs: number, mark: '.' | ','): string =>
  `${clock(startMs, mark)} --> ${clock(endMs, mark)}`;
const escapeVtt = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function vtt(lines: readonly SpokenLine[]): string {
  const cues = lines.map(({ startMs, endMs, text }) => `${span(startMs, endMs, '.')}\n${escapeVtt(text)}\n`);
  return `WEBVTT\nKind: captions\nLanguage: en\n\n${cues.join('\n')}\n`;
}

function rollingVtt(lines: readonly SpokenLine[]): string {
  const cues: string[] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    const next = lines[index + 1];
    const end = next ? next.startMs - 10 : line.endMs;
    const [first, ...rest] = wordsOf(line);
    const words =
      escapeVtt(first?.text ?? '') +
      rest
        .map(({ text, offsetMs }) => `<${clock(line.startMs + offsetMs, '.')}><c> ${escapeVtt(text)}</c>`)
        .join('');
    const place = 'align:start position:0%';
    cues.push(`${span(line.startMs, end, '.')} ${place}\n${escapeVtt(before?.text ?? ' ')}\n${words}\n`);
    if (next) cues.push(`${span(end, next.startMs, '.')} ${place}\n${escapeVtt(line.text)}\n \n`);
  }
  return `WEBVTT\nKind: captions\nLanguage: en\n\n${cues.join('\n')}\n`;
}

function ttml(lines: readonly SpokenLine[], automatic: boolean): string {
  const ps = lines.map((line, index) => {
    const end = automatic ? shownUntil(lines, index) : line.endMs;
    const text = escapeXml(line.text).replaceAll('\n', '<br />');
    return `<p begin="${clock(line.startMs, '.')}" end="${clock(end, '.')}" style="s2">${text}</p>`;
  });
  return `<?xml version="1.0" encoding="utf-8" ?>\n<tt xml:lang="en" xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling">\n<head>\n<styling><style xml:id="s2" tts:color="white" /></styling>\n</head>\n<body region="r1">\n<div>\n${ps.join('\n')}\n</div>\n</body>\n</tt>\n`;
}

function srt(lines: readonly SpokenLine[], automatic: boolean): string {
  return lines
    .map((line, index) => {
      const end = automatic ? shownUntil(lines, index) : line.endMs;
      return `${index + 1}\n${span(line.startMs, end, ',')}\n${line.text}\n`;
    })
    .join('\n');
}

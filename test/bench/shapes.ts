/**
 * Caption files that are far from any real one, each slow in another way: one long line, one cue or event with all
 * words, very many speakers, languages or regions, deep and endless styling, times that are all the same.
 */
const megabyte = 1024 * 1024;

const filled = (unit: string, size: number): string =>
  unit.repeat(Math.floor(size / Buffer.byteLength(unit)));
const times = (count: number, write: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => write(at)).join('');
const second = (at: number): string =>
  `${Math.floor(at / 3600)}:${String(Math.floor(at / 60) % 60).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`;
const vttCue = (text: string, at = 1): string => `${second(at)}.000 --> ${second(at)}.900\n${text}\n\n`;
const ttmlOf = (body: string, head = ''): string =>
  `<tt><head>${head}</head><body><div>${body}</div></body></tt>`;

/** By name, how its text is made. */
export const shapes: Readonly<Record<string, () => string>> = {
  'WebVTT in one line': () => `WEBVTT\n\n${vttCue(filled('the water ', 9.9 * megabyte))}`,
  'cues of 1 MB': () =>
    `WEBVTT\n\n${times(9, (at) => vttCue(filled('<i>water</i> &amp; “stones” ', 0.99 * megabyte), at))}`,
  '100,000 speakers': () => `WEBVTT\n\n${times(100_000, (at) => vttCue(`<v Speaker ${at}>word ${at}`, at))}`,
  '100,000 names': () =>
    times(100_000, (at) => `${at + 1}\n${second(at)},000 --> ${second(at)},900\nAnn A${at}: word\n\n`),
  'cues of no length': () => `WEBVTT\n\n${times(200_000, (at) => `00:01.000 --> 00:01.000\n${at}\n\n`)}`,
  'cues that all overlap': () =>
    `WEBVTT\n\n${times(190_000, (at) => `${second(at)}.000 --> 99:00:00.000\n${at}\n\n`)}`,
  'marks of right to left': () => `WEBVTT\n\n${vttCue(filled('\u200f\n', 9 * megabyte))}`,
  'NUL alone': () => `WEBVTT\n\n${times(9, (at) => vttCue('\0'.repeat(0.99 * megabyte), at))}`,
  'references alone': () =>
    `WEBVTT\n\n${times(9, (at) => vttCue(filled('&amp;&lt;&#39;', 0.99 * megabyte), at))}`,
  'CR LF alone': () => filled('\r\n', 9.9 * megabyte),
  'spans in one paragraph': () => ttmlOf(`<p begin="0s" end="9s">${'<span>a</span>'.repeat(300_000)}</p>`),
  'spans with times in one paragraph': () =>
    ttmlOf(`<p>${times(100_000, (at) => `<span begin="${at}s" end="${at + 1}s">word ${at} </span>`)}</p>`),
  'breaks in one paragraph': () => ttmlOf(`<p begin="0s" end="9s">${'a<br/>'.repeat(390_000)}</p>`),
  'styles in one paragraph': () => ttmlOf(`<p begin="0s">${'<style/>'.repeat(300_000)}x</p>`),
  'nested spans': () =>
    ttmlOf(times(1500, (at) => `<p begin="${at}s">${'<span>'.repeat(80)}x${'</span>'.repeat(80)}</p>`)),
  'a region of many parts': () =>
    ttmlOf(
      times(100_000, (at) => `<p region="r" begin="${at}s">a</p>`),
      `<region xml:id="r">${'<x/>'.repeat(100_000)}</region>`,
    ),
  '100,000 languages': () => ttmlOf(times(100_000, (at) => `<p xml:lang="x${at}" begin="${at}s">a</p>`)),
  'attributes without end': () => ttmlOf(`<p ${times(600_000, (at) => `a${at}="b" `)}>a</p>`),
  'srv3 with deep words': () =>
    `<timedtext format="3"><body>${times(1500, (at) => `<p t="${at}">${'<s>'.repeat(80)}x${'</s>'.repeat(80)}</p>`)}</body></timedtext>`,
  'srv3 of one paragraph': () =>
    `<timedtext format="3"><body><p t="0">${'<s t="1">a</s>'.repeat(390_000)}</p></body></timedtext>`,
  'json3 of one event': () => `{"events":[{"tStartMs":0,"segs":[${'{"utf8":"a"},'.repeat(600_000)}{}]}]}`,
  'json3 of white space': () => `{"events":[{"tStartMs":1,"segs":[]}${' '.repeat(9.9 * megabyte)}]}`,
};

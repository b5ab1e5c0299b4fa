// File names are safe everywhere, whatever a video is called.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fileStem, nameKey, type NameValues } from '../../../src/output/fileNames';

const values = (more: Partial<NameValues> = {}): NameValues => ({
  title: 'Never Gonna Give You Up',
  id: 'dQw4w9WgXcQ',
  date: '2009-10-25',
  channel: 'Rick Astley',
  index: '7',
  language: 'en',
  source: 'youtube',
  ...more,
});
const usual = '${title} [${id}]';
const stem = (title: string, pattern = usual): string => fileStem(pattern, values({ title }));

function assertSafe(name: string): void {
  assert.doesNotMatch(name, /[/\\:*?"<>|]|\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
  assert.doesNotMatch(name, /^[.\s]|[.\s]$/);
  assert.doesNotMatch(name, /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
  assert.ok(name.length > 0 && `${name}.json`.length <= 120, `${name.length} characters`);
  assert.ok(Buffer.byteLength(`${name}.json`) <= 240);
  assert.equal(Buffer.from(name, 'utf8').toString('utf8'), name);
}

describe('file names', function () {
  // Many names are tried here, on machines of any speed.
  this.timeout(60_000);

  it('follow the pattern', () => {
    assert.equal(stem('Never Gonna Give You Up'), 'Never Gonna Give You Up [dQw4w9WgXcQ]');
    assert.equal(
      fileStem('${index} ${date} ${channel} - ${title} (${language}, ${source})', values()),
      '7 2009-10-25 Rick Astley - Never Gonna Give You Up (en, youtube)',
    );
    assert.equal(stem(''), '[dQw4w9WgXcQ]');
    assert.equal(fileStem(usual, values(), 2), 'Never Gonna Give You Up [dQw4w9WgXcQ] 2');
  });

  it('keep ids that start with a dash and never fill in twice', () => {
    assert.equal(fileStem('${id}', values({ id: '-9bZkp7q19f' })), '-9bZkp7q19f');
    assert.equal(stem('${id} ${channel}'), '${id} ${channel} [dQw4w9WgXcQ]');
  });

  it('hold no separator, reserved name, control character or direction override', () => {
    assert.equal(stem('Algebra 1: AC/DC "live" <a|b>?*'), "Algebra 1 – AC-DC 'live' (a-b) [dQw4w9WgXcQ]");
    assert.equal(stem('../../etc/passwd'), '-..-etc-passwd [dQw4w9WgXcQ]');
    assert.equal(stem('NUL', '${title}${index}'), 'NUL7');
    assert.equal(fileStem('${title}', values({ title: 'con.txt' })), '_con.txt');
    assert.equal(fileStem('${title}', values({ title: 'LPT¹ . .' })), '_LPT¹');
    assert.equal(stem('a\u202Egpj.exe\u0000\n b'), 'agpj.exe- b [dQw4w9WgXcQ]');
    assert.equal(fileStem('${title}\u202E \uD800gpj', values({ title: 'a' })), 'a \uFFFDgpj');
    const hidden = 'a\u{E0041}\u{E007F}\u{1D173}\u3164b \u{1F468}\u200D\u{1F469} \u2764\uFE0F';
    assert.equal(fileStem('${title}', values({ title: hidden })), 'ab \u{1F468}\u200D\u{1F469} \u2764\uFE0F');
    assert.equal(fileStem('${id}', values({ id: '../x' })), 'x');
  });

  it('shorten the title between graphemes and never the id', () => {
    const flags = stem('🇩🇪👩‍👩‍👧‍👦'.repeat(50));
    assertSafe(flags);
    assert.match(flags, /… \[dQw4w9WgXcQ\]$/);
    assert.match(flags, /^(🇩🇪👩‍👩‍👧‍👦)*(🇩🇪)?… /u);
    const long = stem('日本語'.repeat(100));
    assertSafe(long);
    assert.ok(Buffer.byteLength(long) > 225);
    assertSafe(
      fileStem('${channel} ${title} [${id}]', values({ channel: 'c'.repeat(500), title: 't'.repeat(500) })),
    );
    assertSafe(fileStem(`${'x'.repeat(300)}\${id}`, values()));
    assertSafe(stem(`z${'\u0301'.repeat(3000)}`));
  });

  it('are safe for any value in any pattern', () => {
    const any = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(any, any, any, fc.integer({ min: 1, max: 999 }), (title, channel, literal, attempt) => {
        const name = fileStem(`\${channel}${literal}\${title} [\${id}]`, values({ title, channel }), attempt);
        assertSafe(name);
        assert.match(name, /dQw4w9WgXcQ/);
      }),
      { numRuns: 300 },
    );
  });

  it('are compared without case and with accents in either form', () => {
    assert.equal(nameKey('Café'), nameKey('CAFE\u0301'));
    assert.notEqual(nameKey('a'), nameKey('b'));
  });
});

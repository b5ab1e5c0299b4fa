// How the maintainers notice that YouTube has changed: the comparison with yt-dlp, the canary, the signature.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isExpected, runCanary, tableOf, verdictOf } from '../../../scripts/canary';
import { differences, readTheirClients, readTheirDefaults } from '../../../scripts/clientTables';
import { publicHalf, signedTable } from '../../../scripts/clientsSign';
import { builtInKnowledge } from '../../../src/sources/youtube/knowledge';
import { readSigned } from '../../../src/sources/youtube/signed';
import { YouTubeStandIn } from '../../servers/youtube';
import { standInVideo } from '../../servers/youtubeVideos';
import type { Behaviour } from '../../servers/youtubeVideos';

/** Our table as yt-dlp would write it. */
function pythonOf(change: (text: string) => string = (text) => text): string {
  const entries = builtInKnowledge.clients.map(
    ({ name, clientName, clientVersion, id, userAgent, client }) => {
      const fields = {
        clientName,
        clientVersion,
        ...client,
        ...(userAgent === undefined ? {} : { userAgent }),
      };
      const lines = Object.entries(fields).map(
        ([field, value]) =>
          `                '${field}': ${typeof value === 'number' ? value : `'${value}'`},`,
      );
      return [
        `    # A comment on '${name}'`,
        `    '${name}': {`,
        "        'INNERTUBE_CONTEXT': {",
        "            'client': {",
        ...lines,
        '            },',
        '        },',
        `        'INNERTUBE_CONTEXT_CLIENT_NAME': ${id},`,
        "        'SUPPORTS_COOKIES': True,",
        '    },',
      ].join('\n');
    },
  );
  return change(`import re\n\nINNERTUBE_CLIENTS = {\n${entries.join('\n')}\n}\n\n\ndef other():\n    pass\n`);
}
const linesFor = (change?: (text: string) => string): readonly string[] =>
  differences(builtInKnowledge, readTheirClients(pythonOf(change)));

describe('the comparison of our clients with those of yt-dlp', () => {
  it('finds nothing where they are the same', () => {
    assert.deepEqual(linesFor(), []);
  });
  it('names each field that differs, is missing or is new', () => {
    assert.deepEqual(
      linesFor((text) => text.replace('21.26.364', '21.30.1')),
      ['android: clientVersion is "21.26.364", yt-dlp has "21.30.1".'].concat(
        linesFor((text) => text.replace('21.26.364', '21.30.1')).slice(1),
      ),
    );
    assert.match(
      linesFor((text) => text.replace(/^ *'osVersion': '2\.4\.0',\n/m, '')).join(),
      /tv_samsung: osVersion is "2\.4\.0", yt-dlp has absent/,
    );
    assert.match(
      linesFor((text) =>
        text.replace(
          "'clientVersion': '1.02',",
          "'clientVersion': '1.02',\n                'platform': 'XR',",
        ),
      ).join(),
      /visionos: platform is absent, yt-dlp has "XR"/,
    );
    assert.match(
      linesFor((text) => text.replace("    'mweb': {", "    'mweb_old': {")).join(),
      /mweb: yt-dlp has no such client/,
    );
    assert.match(
      linesFor((text) => text.replace("CLIENT_NAME': 5,", "CLIENT_NAME': 55,")).join(),
      /ios: id is 5, yt-dlp has 55/,
    );
  });
  it('says when yt-dlp writes its table in another form', () => {
    assert.throws(() => readTheirClients('CLIENTS = []'), /no INNERTUBE_CLIENTS/);
    assert.throws(() => readTheirClients('INNERTUBE_CLIENTS = {\n  **others\n}\n'), /another form/);
    assert.deepEqual(readTheirDefaults("    _DEFAULT_CLIENTS = ('tv_samsung', 'visionos', 'web')\n"), [
      'tv_samsung',
      'visionos',
      'web',
    ]);
    assert.deepEqual(readTheirDefaults(''), []);
  });
  it('ends with 0, 1 or 2 as a program', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bulk-clients-'));
    const inner = join(folder, 'yt_dlp', 'extractor', 'youtube');
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(folder, 'yt_dlp', 'version.py'), "__version__ = '2026.12.01'\n");
    writeFileSync(join(inner, '_video.py'), "_DEFAULT_CLIENTS = ('web',)\n");
    const run = (python: string | undefined, where = folder): { code: number | null; out: string } => {
      if (python !== undefined) writeFileSync(join(inner, '_base.py'), python);
      const args = ['--import', 'tsx', 'scripts/clientsCheck.ts', where];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      return { code: status, out: stdout + stderr };
    };
    try {
      const same = run(pythonOf());
      assert.equal(same.code, 0, same.out);
      assert.match(same.out, /yt-dlp 2026\.12\.01;[\s\S]*asks by default as web[\s\S]*No difference/);
      const other = run(pythonOf((text) => text.replace('21.26.4', '22.1.1')));
      assert.equal(other.code, 1);
      assert.match(other.out, /yt-dlp has "22\.1\.1/);
      assert.equal(run(undefined, join(folder, 'nowhere')).code, 2);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the canary', () => {
  let site: YouTubeStandIn;
  let behaviours: Readonly<Record<string, Behaviour>>;
  before(async () => {
    site = await YouTubeStandIn.start({
      videos: (id) => standInVideo(id, undefined, behaviours[id]),
    });
  });
  beforeEach(() => {
    site.blockAll();
    behaviours = {
      HtVdAasjOgU: 'agegate',
      yZIXLfi8CZQ: 'private',
      '6SJNVb0GnPI': 'removed',
      aaaaaaaaaaa: 'gone',
    };
  });
  after(() => site.close());
  const verdict = async (): Promise<string> => verdictOf(await runCanary(site.origin), new Set());

  it('is content while each video is answered as expected', async () => {
    assert.equal(await verdict(), 'same');
  });
  it('sees a client that was retired, and one that wants a token', async () => {
    behaviours = { ...behaviours, jNQXAC9IVRw: 'retired' };
    const results = await runCanary(site.origin);
    assert.equal(verdictOf(results, new Set()), 'changed');
    assert.equal(verdictOf(results, new Set(['android'])), 'same');
    assert.match(
      tableOf(results),
      /\| jNQXAC9IVRw \(.*\) \| android \| \*\*changed\*\* is retired \| client-outdated \|/,
    );
    behaviours = { ...behaviours, jNQXAC9IVRw: 'potokencap' };
    assert.equal(await verdict(), 'changed');
  });
  it('sees words that it does not know', async () => {
    behaviours = { ...behaviours, yZIXLfi8CZQ: 'oddity' };
    assert.equal(await verdict(), 'changed');
  });
  it('says nothing about the clients where its network is blocked', async () => {
    site.blockAll('bot');
    assert.equal(await verdict(), 'blocked');
  });
  it('writes a table that no words of YouTube break', () => {
    const video = { id: 'aaaaaaaaaaa', what: 'x', expect: ['works'] };
    const line = { client: 'android', state: 'is refused', code: 'bad-response', words: 'a|b\n`c`' } as const;
    const table = tableOf([{ video, lines: [line] }]);
    assert.equal(table.split('\n').length, 4);
    assert.match(table, /\| a b {2}c {2}\|/);
    assert.equal(isExpected(['works'], { client: 'x', state: 'works' }), true);
  });
});

describe('the signature of a table', () => {
  it('made with the private half is proven by the public one', () => {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const table = JSON.stringify(builtInKnowledge);
    const read = readSigned(signedTable(table, pem), publicHalf(pem));
    assert.ok(!('problem' in read) && read.version === builtInKnowledge.version);
    assert.ok('problem' in readSigned(signedTable(table, pem)));
    assert.throws(() => signedTable('{"schema":1}', pem), /The table is wrong/);
  });
});

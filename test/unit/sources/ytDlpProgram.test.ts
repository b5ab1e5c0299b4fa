/** Which yt-dlp may be used, and what it has to solve YouTube's challenges with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isFailure, readLink } from '../../../src/intake/link';
import type { Link } from '../../../src/model/link';
import { readSettings, type Settings } from '../../../src/model/settings';
import { checkSetup } from '../../../src/sources/doctor';
import type { SetupLine } from '../../../src/sources/setupLine';
import { YtDlpSource } from '../../../src/sources/ytDlp';
import { YtDlpProgram } from '../../../src/sources/ytDlpProgram';
import { isAtLeast, leastYtDlp } from '../../../src/sources/ytDlpVersion';
import { realParts, type RealParts } from '../../helpers/realParts';
import { sourceRequest } from '../../helpers/sourceRequest';
import { startPages } from '../../servers/pages';
import { program as programOfTheTable } from '../../programs/find';

describe('The program yt-dlp', function () {
  this.timeout(60_000);
  let folder = '';
  let parts: RealParts;
  let program: YtDlpProgram;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'yt-dlp-program-'));
    parts = realParts();
    program = new YtDlpProgram(parts);
  });
  afterEach(() => {
    parts.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Answers its version, and to `--verbose` the lines that yt-dlp prints there; notes how it was started. */
  function fake(version: string, lines: readonly string[] = []): Settings {
    const file = path.join(folder, 'yt-dlp');
    const body = [
      '#!/bin/sh',
      `printf '%s\\n' "$*" >> '${folder}/started'`,
      `case " $* " in *" --version "*) echo ${version}; exit 0;; esac`,
      `case " $* " in *" --verbose "*) cat >&2 '${folder}/lines'; exit 2;; esac`,
      'exit 1',
    ];
    writeFileSync(path.join(folder, 'lines'), lines.join('\n'));
    writeFileSync(file, body.join('\n'));
    chmodSync(file, 0o755);
    return settingsOf(file);
  }
  function settingsOf(file: string): Settings {
    const { settings, problems } = readSettings({
      'ytDlp.path': file,
      'youtube.endpoint': 'http://127.0.0.1:1',
      'deapi.endpoint': 'http://127.0.0.1:1',
    });
    assert.deepEqual(problems, []);
    return settings;
  }
  const check = async (settings: Settings): Promise<SetupLine> => {
    const line = (await checkSetup(parts, settings)).find(({ subject }) => subject === 'yt-dlp');
    assert.ok(line);
    return line;
  };

  describe('that is older than the least version', () => {
    for (const [version, used] of [
      ['2023.03.04', false],
      ['2024.05.27', false],
      [leastYtDlp, true],
      ['2026.10.26.123456', true],
    ] as const) {
      it(`${version} ${used ? 'is used' : 'counts as missing'}`, async () => {
        const settings = fake(version);
        const readiness = await new YtDlpSource(parts, program).readiness(settings);
        assert.equal(readiness.ready, used);
        if (readiness.ready) return;
        assert.equal(readiness.code, 'tool-missing');
        assert.match(readiness.why, new RegExp(version.replaceAll('.', '\\.')));
        assert.match(readiness.nextStep, /^Update yt-dlp to 2024\.07\.01 or newer/);
        const line = await check(settings);
        assert.deepEqual(
          [line.state, line.text, line.nextStep],
          ['error', readiness.why, readiness.nextStep],
        );
      });
    }

    it('is looked at again after an update', async () => {
      const settings = fake('2023.03.04');
      assert.ok(!('version' in (await program.find(settings))));
      fake('2026.10.26');
      assert.ok('version' in (await program.find(settings)));
    });

    it('is given no link, wherever one would start it', async () => {
      const settings = fake('2023.03.04');
      const pages = await startPages();
      const link: Link = { kind: 'page', url: `${pages.origin}/talk.html`, id: 'x' };
      const recorded = sourceRequest(link, { settings: { 'ytDlp.path': settings['ytDlp.path'] } });
      const result = await new YtDlpSource(parts, program).transcribe(recorded.request);
      recorded.leave();
      await pages.close();
      assert.ok('failure' in result);
      assert.deepEqual([result.failure.code, result.failure.needs], ['tool-missing', 'program:yt-dlp']);
      assert.deepEqual(readFileSync(path.join(folder, 'started'), 'utf8').trim().split('\n'), [
        '--ignore-config --version',
      ]);
    });

    it('is taken as the tests have it, and refused where that is an old one', async () => {
      const installed = programOfTheTable('yt-dlp');
      const { stdout } = spawnSync(installed, ['--version'], { encoding: 'utf8' });
      const found = await program.find(settingsOf(installed));
      assert.equal('version' in found, isAtLeast(stdout.trim(), leastYtDlp));
    });

    it('that does not run counts as missing too', async () => {
      const found = await program.find(fake('nonsense'));
      assert.ok(!('version' in found));
      assert.match(found.why, /does not run/);
    });
  });

  describe('that an earlier process has seen', () => {
    const started = (): number =>
      readFileSync(path.join(folder, 'started'), 'utf8').trim().split('\n').length;
    const record = (): string => path.join(folder, 'state', 'yt-dlp.json');
    const isReady = async (settings: Settings): Promise<boolean> => {
      const world = { ...parts, stateFolder: path.join(folder, 'state') };
      return (await new YtDlpSource(world, new YtDlpProgram(world)).readiness(settings)).ready;
    };

    it('is there without being started, until its file is another one', async () => {
      const settings = fake('2026.10.26');
      assert.deepEqual([await isReady(settings), await isReady(settings), started()], [true, true, 1]);
      fake('2026.11.04');
      utimesSync(settings['ytDlp.path'], 1, 1);
      assert.deepEqual([await isReady(settings), started()], [true, 2]);
      fake('2023.03.04');
      utimesSync(settings['ytDlp.path'], 2, 2);
      assert.deepEqual([await isReady(settings), await isReady(settings), started()], [false, false, 4]);
      rmSync(settings['ytDlp.path']);
      assert.equal(await isReady(settings), false);
    });

    it('is asked itself by whoever runs it', async () => {
      const settings = fake('2026.10.26');
      await isReady(settings);
      const seen = readFileSync(record(), 'utf8');
      fake('2023.03.04');
      const { size, mtimeMs } = statSync(settings['ytDlp.path']);
      const forged = { ...(JSON.parse(seen) as object), size, modifiedMs: mtimeMs };
      writeFileSync(record(), JSON.stringify(forged));
      assert.equal(await isReady(settings), true);
      const world = { ...parts, stateFolder: path.join(folder, 'state') };
      const { signal } = new AbortController();
      await assert.rejects(new YtDlpProgram(world).version(settings, signal), /2023\.03\.04 .* is not used/);
      assert.equal(await isReady(settings), false);
    });

    it('is asked again where the record says nothing of it', async () => {
      const settings = fake('2026.10.26');
      await isReady(settings);
      const seen = JSON.parse(readFileSync(record(), 'utf8')) as Record<string, unknown>;
      let starts = started();
      for (const damaged of [
        '',
        '[]',
        'null',
        '{"path":',
        ...Object.keys(seen).flatMap((name) => [
          JSON.stringify({ ...seen, [name]: null }),
          JSON.stringify({ ...seen, [name]: '9'.repeat(20_000) }),
          JSON.stringify({ ...seen, [name]: { toString: 1 } }),
        ]),
        JSON.stringify({ ...seen, version: '9999' }),
        JSON.stringify({ ...seen, version: '2026.10.26\n2023.03.04' }),
      ]) {
        writeFileSync(record(), damaged);
        assert.equal(await isReady(settings), true, damaged);
        assert.equal(started(), (starts += 1), damaged);
      }
      rmSync(record());
      mkdirSync(record());
      assert.equal(await isReady(settings), true);
      assert.equal(started(), starts + 1);
    });
  });

  it('is never given a link with orders for it, however they are written', async () => {
    const settings = fake('2026.10.26');
    for (const tail of [
      '#__youtubedl_smuggle=%7B%22http_headers%22%3A%7B%7D%7D',
      '?x=%23__youtubedl_smuggle=%7B%7D',
      '?x=%23%5F%5Fyoutubedl%5Fsmuggle=1',
      '?x=%2523__youtubedl%255fsmuggle%253D1',
      '/%23__YouTubeDL_%73muggle',
    ]) {
      const url = `https://example.org/page${tail}`;
      const read = readLink(url);
      assert.ok(isFailure(read) && read.code === 'invalid-url', url);
      const recorded = sourceRequest({ kind: 'page', url, id: 'x' }, { settings });
      const result = await new YtDlpSource(parts, program).transcribe(recorded.request);
      recorded.leave();
      assert.ok('failure' in result && result.failure.code === 'invalid-url', url);
    }
    assert.ok(!isFailure(readLink('https://example.org/smuggling-for-youtube-dl')));
  });

  it('reads a link with a token from a file, because arguments are seen by everybody', async () => {
    const settings = fake('2026.10.26');
    const started = async (address: string): Promise<string> => {
      const link = readLink(address, {});
      assert.ok(!isFailure(link));
      writeFileSync(path.join(folder, 'started'), '');
      const { signal } = new AbortController();
      await program.run({ settings, link, args: [], wants: 'captions', identity: 'a', signal });
      return readFileSync(path.join(folder, 'started'), 'utf8');
    };
    const token = 'hc8Kx2vQp7Lm4Nz9';
    for (const address of [
      `https://media.example/talk?token=${token}`,
      `https://media.example/p/${token}/talk`,
    ]) {
      const arguments_ = await started(address);
      assert.match(arguments_, /--batch-file \S+link\.txt/);
      assert.doesNotMatch(arguments_, new RegExp(token));
    }
    assert.match(await started('https://media.example/talk?page=2'), /-- https:\/\/media\.example\/talk/);
  });

  describe('says in Check Setup', () => {
    const today = new Date().toISOString().slice(0, 10).replaceAll('-', '.');
    const libraries = '[debug] Optional libraries: certifi-2026.05.20, yt_dlp_ejs-0.3.1';
    const table: readonly (readonly [string, readonly string[], string, RegExp, RegExp])[] = [
      [
        'a runtime and its solver',
        ['[debug] JS runtimes: deno-2.5.6', libraries],
        'ok',
        /deno 2\.5\.6\./,
        /^$/,
      ],
      ['no runtime', ['[debug] JS runtimes: none', libraries], 'warn', /none found/, /^Install deno/],
      [
        'a Node that is too old for it',
        ['[debug] JS runtimes: node-20.20.2 (unsupported)', libraries],
        'warn',
        /node 20\.20\.2, which this yt-dlp does not support/,
        /^Install deno/,
      ],
      [
        'a deno that is too old for it',
        ['[debug] JS runtimes: deno-2.0.1 (unsupported)', libraries],
        'warn',
        /deno 2\.0\.1, which/,
        /^Update deno/,
      ],
      [
        'an old deno beside a good Node',
        ['[debug] JS runtimes: deno-2.0.1 (unsupported), node-24.1.0', libraries],
        'ok',
        /node 24\.1\.0/,
        /^$/,
      ],
      [
        'no challenge solver',
        ['[debug] Optional libraries: certifi-2026.05.20', '[debug] JS runtimes: node-24.1.0'],
        'warn',
        /challenge solver \(yt-dlp-ejs\) is missing/,
        /yt-dlp\[default\]/,
      ],
    ];
    for (const [what, lines, state, text, next] of table)
      it(what, async () => {
        const line = await check(fake(today, lines));
        assert.equal(line.state, state, JSON.stringify(line));
        assert.match(line.text, text);
        assert.match(line.nextStep ?? '', next);
      });

    it('the runtime of an old one as well, and no more of one that needs none', async () => {
      const old = await check(fake('2025.12.08', ['[debug] JS runtimes: none', libraries]));
      assert.match(
        `${old.text} ${old.nextStep ?? ''}`,
        /days old\. JavaScript runtime: none found.*Update yt-dlp/,
      );
      const older = await check(fake('2025.04.30'));
      assert.doesNotMatch(older.text, /JavaScript/);
    });

    it('what the real one finds on this machine', async () => {
      const line = await check(settingsOf(''));
      assert.match(line.text, /version 20\d\d\.\d\d\.\d\d.*JavaScript runtime: /);
    });
  });
});

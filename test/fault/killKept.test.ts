// The terminal program killed while it keeps words and while it renders: what is done has its words, and rendering
// goes on where it was, over nothing that anybody else wrote.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeptFolder } from '../../src/output/kept/folder';
import { NodeFiles } from '../../src/platform/files';
import { cli } from '../helpers/cli';

const videos = 120;
const kills = Number(process.env.KILLS ?? 6);

describe('kill -9 while words are kept', function () {
  this.timeout(60_000 + kills * 10_000);
  const root = mkdtempSync(join(tmpdir(), 'kill-kept-'));
  const folder = join(root, 'transcripts', 'talks');
  const env = { HOME: root, BULK_TRANSCRIBE_STATE: join(root, 'state') };

  before(() => {
    for (let number = 0; number < videos; number += 1)
      writeFileSync(
        join(root, `talk ${number}.vtt`),
        `WEBVTT\n\n00:01.250 --> 00:02.500\nTalk ${number} begins.\n\n00:03.000 --> 00:04.125\nIt ends.\n`,
      );
    const lines = Array.from({ length: videos }, (_, number) => `./talk ${number}.vtt\n`);
    writeFileSync(join(root, 'talks.urls'), lines.join(''));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  /** `true`: it was killed; `when` says at which count of the folder's files of this ending. */
  async function killed(args: readonly string[], ending: string, when: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const result = await cli(args, {
      cwd: root,
      env,
      onStart: (child) => {
        child.stdin?.end();
        timer = setInterval(() => {
          if (namesOf(ending).length >= when) child.kill('SIGKILL');
        }, 1);
      },
    });
    clearInterval(timer);
    return result.code === null;
  }

  function namesOf(ending: string): readonly string[] {
    try {
      return readdirSync(folder).filter((name) => name.endsWith(ending) && name.startsWith('talk'));
    } catch {
      return [];
    }
  }

  it('leaves no finished video without its words', async () => {
    for (let kill = 1; kill <= kills; kill += 1)
      await killed(['talks.urls', '--json'], '.md', Math.ceil((videos * kill) / (kills + 1)));
    const last = await cli(['talks.urls', '--json'], { cwd: root, env });
    assert.equal(last.code, 0, last.stderr);
    assert.equal(namesOf('.md').length, videos);
    const kept = await KeptFolder.open(new NodeFiles(), folder);
    const told = new Set<string>();
    for await (const { transcript } of kept.videos()) {
      assert.deepEqual(transcript.cues[1], { start: 3, end: 4.125, text: 'It ends.' });
      told.add(transcript.cues[0]?.text ?? '');
    }
    assert.equal(told.size, videos);
  });

  it('in the middle of rendering loses nothing: the same call goes on', async () => {
    const [first = '', second = ''] = namesOf('.md');
    const corrected = join(folder, first);
    const text = `${readFileSync(corrected, 'utf8')}Corrected.\n`;
    writeFileSync(corrected, text);
    const foreign = join(folder, second.replace(/md$/, 'srt'));
    writeFileSync(foreign, 'mine');
    const render = ['render', folder, '--formats', 'md,srt', '--set', 'output.timestamps=line', '--json'];
    for (let kill = 1; kill <= kills; kill += 1)
      await killed(render, '.srt', Math.ceil((videos * kill) / (kills + 1)));
    const last = await cli(render, { cwd: root, env });
    assert.equal(last.code, 0, last.stderr);
    const [line] = last.lines;
    assert.deepEqual([line?.type, line?.videos, line?.not_kept, line?.damaged], ['render', videos, 0, 0]);
    assert.deepEqual(
      [...(line?.stayed as readonly string[])].sort(),
      [first, second.replace(/md$/, 'srt')].sort(),
    );
    assert.equal(readFileSync(corrected, 'utf8'), text);
    assert.equal(readFileSync(foreign, 'utf8'), 'mine');
    assert.equal(namesOf('.srt').length, videos);
    for (const name of namesOf('.srt'))
      if (join(folder, name) !== foreign)
        assert.match(readFileSync(join(folder, name), 'utf8'), /It ends\.\n$/);
  });
});

// The terminal program killed while it writes the pages of the library: each is whole, and the next end puts it right.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli } from '../helpers/cli';
import { manifest } from '../helpers/libraryFolder';

const batches = 40;
const videos = 500;
const kills = Number(process.env.KILLS ?? 6);

describe('kill -9 while the page of all transcripts is written', function () {
  this.timeout(60_000 + kills * 10_000);
  const root = mkdtempSync(join(tmpdir(), 'kill-library-'));
  const out = join(root, 'transcripts');
  const page = join(out, 'index.md');
  const env = { HOME: root, BULK_TRANSCRIBE_STATE: join(root, 'state') };

  before(() => {
    for (let batch = 0; batch < batches; batch += 1) {
      const folder = join(out, `Batch ${batch}`);
      mkdirSync(folder, { recursive: true });
      const listed = Array.from({ length: videos }, (_, at) => ({ title: `Talk ${at}` }));
      for (const { title } of listed) writeFileSync(join(folder, `${title}.md`), '');
      writeFileSync(join(folder, 'batch.json'), manifest(`Batch ${batch}`, listed));
    }
    writeFileSync(join(root, 'talk.vtt'), 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n');
    for (let kill = 0; kill <= kills; kill += 1)
      writeFileSync(join(root, `own ${kill}.urls`), './talk.vtt\n');
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it('leaves a page that is whole, and the next batch to end brings it up to date', async () => {
    for (let kill = 0; kill < kills; kill += 1) {
      let timer: NodeJS.Timeout | undefined;
      const report = join(out, `own ${kill}`, 'report.md');
      await cli([`own ${kill}.urls`, '--redo'], {
        cwd: root,
        env,
        onStart: (child) => {
          child.stdin?.end();
          let since = 0;
          timer = setInterval(() => {
            if (existsSync(report)) since += 1;
            if (since > kill * 12) child.kill('SIGKILL');
          }, 1);
        },
      });
      clearInterval(timer);
      if (!existsSync(page)) continue;
      const text = readFileSync(page, 'utf8');
      const [, said = ''] = /with ([\d\u2009 ]+) transcripts/.exec(text) ?? [];
      assert.equal(text.match(/^- \[/gm)?.length, Number(said.replace(/\D/g, '')), `after kill ${kill}`);
      assert.ok(text.endsWith('\n'));
    }
    const last = await cli([`own ${kills}.urls`, '--redo'], { cwd: root, env });
    assert.equal(last.code, 0, last.stderr);
    const text = readFileSync(page, 'utf8');
    assert.ok(text.includes(`## own ${kills}\n`));
    assert.equal(text.match(/^## Batch/gm)?.length, batches);
    assert.equal(text.match(/^- \[Talk /gm)?.length, batches * videos);
  });
});

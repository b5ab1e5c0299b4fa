// A PDF of a batch, judged by poppler's programs and qpdf, which others wrote.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyState, reduce, type BatchState } from '../../../src/engine/state/reducer';
import type { VideoMeta } from '../../../src/model/link';
import type { Cue } from '../../../src/model/transcript';
import { exportBatch, type ExportResult } from '../../../src/output/exports';
import { FontProblem, embeddable, readFont } from '../../../src/output/pdf/fontFile';
import { systemFonts } from '../../../src/output/pdf/systemFonts';
import { OutputWriter } from '../../../src/output/writer';
import { systemClock } from '../../../src/platform/clock';
import { NodeFiles } from '../../../src/platform/files';
import { completedEvent } from '../../helpers/outcomes';
import { request, settingsWith, transcript, youtube } from './samples';
import { program } from '../../programs/find';
import type { ProgramName } from '../../programs/table';

const files = new NodeFiles();

function said(name: ProgramName, ...args: readonly string[]): string {
  const { error, stdout, stderr } = spawnSync(program(name), args, { encoding: 'utf8' });
  assert.equal(error, undefined);
  return `${stdout}${stderr}`;
}

interface Given {
  readonly meta?: VideoMeta;
  readonly texts?: readonly string[];
  readonly gone?: boolean;
}

describe('a batch as PDF', function () {
  this.timeout(60_000);
  let root: string;
  let out: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bulk-pdf-'));
    out = join(root, 'batch.pdf');
    await mkdir(join(root, 'batch'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function pdfOf(videos: readonly Given[], pdfFont = ''): Promise<ExportResult> {
    const state: BatchState = emptyState();
    const folder = join(root, 'batch');
    const ids = videos.map((_, at) => String(at).padStart(11, 'a'));
    reduce(state, { type: 'batch-created', at: 1, id: 'b', name: 'Übersicht', machine: 'm', settings: {} });
    reduce(state, { type: 'jobs-added', at: 1, jobs: ids.map((id) => ({ link: youtube(id) })) });
    const writer = new OutputWriter({ files });
    for (const [job, { meta, texts = ['Some words.'], gone = false }] of videos.entries()) {
      const cues = texts.map((text, at): Cue => ({ start: at * 60, end: at * 60 + 50, text }));
      const words = transcript({ cues, meta: meta ?? { title: `Talk ${job + 1}` } });
      const settings = settingsWith({ 'output.formats': ['json'] });
      const link = youtube(ids[job] ?? '');
      const names = gone ? [] : await writer.write(request(folder, { link, transcript: words, settings }));
      reduce(state, completedEvent(job, { meta: words.meta, files: names }, 2));
    }
    const result = await exportBatch(
      { format: 'pdf', folder, state, out, pdfFont },
      { files, clock: systemClock },
    );
    assert.match(said('qpdf', '--check', out), /No syntax or stream encoding errors found/);
    return result;
  }
  const text = (...args: readonly string[]): string => said('pdftotext', '-layout', ...args, out, '-');

  it('has contents with page numbers that are right, and the number of pages at every foot', async () => {
    const long = Array.from({ length: 60 }, (_, at) => `Sentence ${at} of many. `.repeat(8));
    const result = await pdfOf([{ texts: long }, { gone: true }, { texts: long }, {}]);
    assert.deepEqual(result, { videos: 3, missing: 1, notes: [] });
    const info = said('pdfinfo', out);
    assert.match(info, /^Title: +Übersicht$/m);
    const pages = Number(/^Pages: +(\d+)$/m.exec(info)?.[1]);
    assert.ok(pages > 5, info);
    const contents = text('-f', '1', '-l', '1');
    assert.match(contents, /Talk 2 +file gone/);
    for (const talk of ['Talk 1', 'Talk 3', 'Talk 4']) {
      const page = new RegExp(`^${talk} +(\\d+)$`, 'm').exec(contents)?.[1] ?? '';
      assert.match(text('-f', page, '-l', page), new RegExp(`^${talk}$`, 'm'));
    }
    for (const page of [1, 4, pages])
      assert.match(text('-f', String(page), '-l', String(page)), new RegExp(`Page ${page} of ${pages}\\s*$`));
  });

  for (const videos of [33, 34, 35, 36, 74, 75, 76])
    it(`has right page numbers where its contents just fill a page: ${videos} videos`, async () => {
      await pdfOf(Array.from({ length: videos }, () => ({})));
      const pages = Number(/^Pages: +(\d+)$/m.exec(said('pdfinfo', out))?.[1]);
      assert.match(text('-f', '1', '-l', '1'), new RegExp(`Page 1 of ${pages}\\s*$`));
      const page = /^Talk 1 +(\d+)$/m.exec(text('-f', '1', '-l', '1'))?.[1] ?? '';
      assert.match(text('-f', page, '-l', page), /^Talk 1$/m);
    });

  it('links headings and times to the video, contents and bookmarks to the page', async () => {
    await pdfOf([{ texts: ['One.', 'Two.'], meta: { title: 'A (talk)', duration: 120 } }]);
    const plain = join(root, 'plain.pdf');
    said('qpdf', '--qdf', '--object-streams=disable', out, plain);
    const syntax = await readFile(plain, 'latin1');
    const links = [...syntax.matchAll(/\/URI \(([^)]*)\)/g)].map(([, url]) => url);
    assert.ok(links.includes('https://www.youtube.com/watch?v=aaaaaaaaaa0'));
    assert.ok(links.includes('https://www.youtube.com/watch?v=aaaaaaaaaa0&t=0'));
    // One in the contents, bookmarks for the contents and the video.
    assert.equal(syntax.match(/\/XYZ/g)?.length, 3);
    assert.match(syntax, /\/PageMode \/UseOutlines/);
  });

  it('keeps the words of every script, drawn or not, and says which characters no font has', async () => {
    const lines = [
      'Zwölf Boxkämpfer, «ça va» – 5 €',
      'Съешь же ещё этих булок',
      'Ξεσκεπάζω την ψυχοφθόρα',
      'Tiếng Việt ăn thủy tinh',
      '中文字幕和日本語',
      'emoji 🛰️ and 😀',
    ];
    const { notes } = await pdfOf(lines.map((line) => ({ texts: [line] })));
    const seen = text().replace(/\uFE0F/g, '');
    for (const line of lines) assert.ok(seen.includes(line.replace(/\uFE0F/g, '')), `${line}\n${seen}`);
    const fonts = said('pdffonts', out);
    // Fonts other than Helvetica are embedded, reduced to the used glyphs.
    assert.match(fonts, /\+\w+ +CID TrueType +Identity-H +yes yes yes/);
    for (const note of notes) assert.match(note, /boxes stand for them\. Set export\.pdfFont/);
  });

  it('shows right-to-left text in the order it is read', async () => {
    await pdfOf([{ texts: ['שלום עולם 2026 (abc) סוף'] }]);
    const order = text().replace(/[\u200E\u200F\u202A-\u202E]/g, '');
    const seen = /^0:00 +(.*)$/m.exec(order)?.[1] ?? order;
    for (const word of ['שלום עולם', '2026', 'abc', 'סוף']) assert.ok(seen.includes(word), seen);
  });

  it('uses the font that was set for all text, and another with a word about it when it is unusable', async () => {
    const font = await someFont();
    const { notes } = await pdfOf([{}], font);
    assert.deepEqual(notes, []);
    assert.match(said('pdffonts', out), /CID TrueType/);
    assert.match(text(), /Some words\./);
    const broken = join(root, 'broken.ttf');
    await writeFile(broken, 'no font at all');
    const other = await pdfOf([{}], broken);
    assert.deepEqual(other.notes, [
      'export.pdfFont cannot be used: it is no TrueType or OpenType font; another font was used.',
    ]);
    const gone = await pdfOf([{}], join(root, 'gone.ttf'));
    assert.match(gone.notes.join(), /there is no file .*gone\.ttf/);
  });

  it('of an empty batch is one page', async () => {
    await pdfOf([]);
    assert.match(said('pdfinfo', out), /^Pages: +1$/m);
  });

  it('of many videos keeps its tree of pages in order', async () => {
    await pdfOf(Array.from({ length: 300 }, () => ({ texts: ['Words of some length. '.repeat(40)] })));
    const pages = Number(/^Pages: +(\d+)$/m.exec(said('pdfinfo', out))?.[1]);
    const feet = [...text().matchAll(/Page (\d+) of (\d+)/g)].map(([, page, of]) => [
      Number(page),
      Number(of),
    ]);
    assert.deepEqual(
      feet,
      Array.from({ length: pages }, (_, at) => [at + 1, pages]),
    );
  });

  it('is drawn by another program without a complaint', async () => {
    await pdfOf([{ texts: ['Äpfel и яблоки 中'], meta: { title: 'Ж' } }]);
    assert.equal(said('pdftoppm', '-r', '30', '-png', out, join(root, 'page')), '');
  });
});

describe('a font file', () => {
  it('that is cut off or damaged anywhere is refused with a reason, or read', async () => {
    const whole = await readFile(await someFont());
    for (let at = 0; at < 400; at += 1) {
      const bytes = Buffer.from(whole);
      if (at % 2 === 0) bytes.writeUInt32BE((at * 2_654_435_761) >>> 0, at * 2);
      const cut = at % 2 === 0 ? bytes : bytes.subarray(0, at * 97);
      try {
        readFont(cut);
        embeddable(cut, new Set([3, 40]));
      } catch (error) {
        assert.ok(error instanceof FontProblem, String(error));
      }
    }
  });
});

async function someFont(): Promise<string> {
  for (const path of systemFonts) if ((await files.stat(path)) !== undefined) return path;
  throw new Error('No font is installed: install fonts-dejavu-core');
}

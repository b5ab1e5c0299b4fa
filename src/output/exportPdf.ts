/**
 * A batch as one PDF: contents with page numbers, then every transcript with its time links. Pages are
 * written as they fill up; contents, fonts and bookmarks come last in the file and first in the document.
 * The writer is our own because it is small: the libraries for it weigh as much as half of the extension,
 * and keep the document, or all of its pages, in memory.
 */
import { toParagraphs } from '../captions/paragraphs';
import { Share, breathe, inSlices, type Sliced } from '../captions/sliced';
import type { ReadonlyRow } from '../engine/state/reducer';
import { publicAddress } from '../model/publicUrl';
import { formatCount, formatLength, plural } from '../model/words';
import { timeLink, titleOf, type TranscriptDocument } from './document';
import { linkTarget, visible } from './escape';
import { rows } from './exportRows';
import type { WriterParts, ExportRequest, Tally } from './exportRows';
import { FontSet } from './pdf/fontSet';
import { Pages, destination, sheet, textWidth, totalDrawing, type Place } from './pdf/pages';
import { PdfFile, textString } from './pdf/pdfFile';
import { layOutOne } from './pdf/textLayout';
import { readBack } from './readBack';

const body = { size: 10.5, leading: 15 } as const;
const entry = { size: 10.5, leading: 17 } as const;
/** The column of time marks. */
const indent = 46;
/** Height of the title on the first page of contents, in points. */
const headHeight = 110;

/** Where a video begins; absent when its files are gone. */
interface Chapter {
  readonly title: string;
  readonly start?: Place & { readonly number: number };
}

/** Throws FailureError `disk`, `cancelled`. */
export async function* pdfPieces(
  request: ExportRequest,
  { files, words, clock }: WriterParts,
  tally: Tally,
): AsyncIterable<Uint8Array> {
  const pdf = new PdfFile();
  const fonts = new FontSet(files, pdf, request.pdfFont ?? '');
  const shared = { resources: pdf.reserve(), total: pdf.reserve() };
  const jobs: ReadonlyRow[] = [];
  for await (const [job] of rows(request)) if (job.status === 'completed') jobs.push(job);

  const contentsPages = pagesOfContents(jobs.length);
  const pages = new Pages(pdf, fonts, shared, contentsPages + 1);
  const chapters: Chapter[] = [];
  for (const [at, job] of jobs.entries()) {
    const title = visible(titleOf(job.meta, job.link));
    const document = await readBack(words, job);
    if (document === undefined) {
      tally.missing += 1;
      chapters.push({ title });
      continue;
    }
    tally.videos += 1;
    pages.space(34);
    const place = await pages.place(120);
    chapters.push({ title, start: { ...place, number: pages.lastNumber } });
    yield* writeVideo(pdf, pages, document, title);
    request.onProgress?.(at + 1, jobs.length);
  }
  await pages.finish();
  const total = Math.max(pages.lastNumber, contentsPages);
  yield* pdf.take();

  const front = pdf.startSection();
  const contents = new Pages(pdf, fonts, shared, 1);
  const top = await contents.place(headHeight);
  await writeContents(contents, fonts, request, chapters, clock.now());
  await contents.finish();
  yield* pdf.take();

  const outlines = await inSlices(
    writeOutlines(pdf, [{ title: 'Contents', start: { ...top, number: 1 } }, ...chapters]),
  );
  const fontEntries = await fonts.write();
  pdf.write(shared.resources, `<</Font${fontEntries}/XObject<</Total ${shared.total} 0 R>>>>`);
  await pdf.writeStream(
    shared.total,
    totalDrawing(total),
    `/Type/XObject/Subtype/Form/BBox[0 -4 80 12]/Resources<</Font${fontEntries}>>`,
  );
  const tree = pdf.writePageTree(front);
  const catalog = pdf.reserve();
  pdf.write(
    catalog,
    `<</Type/Catalog/Pages ${tree} 0 R/Outlines ${outlines} 0 R/PageMode/UseOutlines/ViewerPreferences<</DisplayDocTitle true>>>>`,
  );
  const info = pdf.reserve();
  const date = new Date(clock.now()).toISOString().replace(/\D/g, '').slice(0, 14);
  pdf.write(
    info,
    `<</Title${textString(visible(request.state.name))}/Creator(Bulk Transcribe)/Producer(Bulk Transcribe)/CreationDate(D:${date}Z)>>`,
  );
  await inSlices(pdf.end(catalog, info));
  yield* pdf.take();
  tally.notes.push(...fonts.notes);
}

/** Yields regularly, so that pages can be written to disk and other work runs. */
async function* writeVideo(
  pdf: PdfFile,
  pages: Pages,
  { link, transcript, timestamps }: TranscriptDocument,
  title: string,
): AsyncIterable<Uint8Array> {
  const { meta } = transcript;
  const address = publicAddress(link);
  const url = linkTarget(address);
  const target = url === undefined ? {} : { target: { url } };
  await pages.write([{ text: title, bold: true }], { size: 16, leading: 21, keep: 4, ...target });
  const facts = [meta.channel ?? '', formatLength(meta.duration), meta.published ?? '', transcript.language];
  const shown = facts.filter((fact) => fact !== '').join(' · ');
  await pages.write([{ text: visible(shown) }], { size: 9, leading: 13, colour: 'quiet' });
  await pages.write([{ text: address }], { size: 9, leading: 13, colour: 'link', ...target });
  pages.space(8);
  let written = 0;
  const paragraphs = await inSlices(toParagraphs(transcript.cues, { chapters: meta.chapters ?? [] }));
  for (const paragraph of paragraphs) {
    if (paragraph.chapter !== undefined) {
      pages.space(8);
      await pages.write([{ text: visible(paragraph.chapter.title), bold: true }], {
        size: 12.5,
        leading: 18,
        keep: 3,
      });
      pages.space(2);
    }
    const time = timestamps === 'none' ? undefined : linkTarget(timeLink(address, paragraph.start));
    const speaker = paragraph.speaker?.replace(/:\s*$/, '');
    await pages.write(
      [
        ...(speaker === undefined ? [] : [{ text: `${visible(speaker)}: `, bold: true }]),
        { text: visible(paragraph.text) },
      ],
      {
        ...body,
        indent: timestamps === 'none' ? 0 : indent,
        keep: 1,
        ...(time === undefined
          ? {}
          : { mark: { text: formatLength(Math.floor(paragraph.start)), target: { url: time } } }),
      },
    );
    pages.space(6);
    written += 1;
    if (written % 20 === 0) {
      await breathe();
      yield* pdf.take();
    }
  }
  yield* pdf.take();
}

const height = sheet.height - sheet.top - sheet.bottom;

/** Entries on the first page of contents, below the title, and on each further one. */
const firstEntries = Math.floor((height - headHeight) / entry.leading);
const moreEntries = Math.floor(height / entry.leading);

function pagesOfContents(entries: number): number {
  return 1 + Math.ceil(Math.max(0, entries - firstEntries) / moreEntries);
}

async function writeContents(
  pages: Pages,
  fonts: FontSet,
  { state }: ExportRequest,
  chapters: readonly Chapter[],
  now: number,
): Promise<void> {
  const name = await layOutOne(fonts, visible(state.name), 24, textWidth);
  if (name) await pages.row([[name, 0, 'text']], { size: 24, leading: 34 });
  const day = new Date(now).toISOString().slice(0, 10);
  const done = chapters.length;
  const counted =
    done === state.total ? plural(done, 'video') : `${formatCount(done)} of ${plural(state.total, 'video')}`;
  await pages.write([{ text: `${counted} · ${day}` }], { size: 10.5, leading: 40, colour: 'quiet' });
  await pages.write([{ text: 'Contents', bold: true }], { size: 14, leading: 26 });
  for (const [at, { title, start }] of chapters.entries()) {
    // As many on a page as were assumed for the page numbers of the following pages, whatever room is left.
    if (at >= firstEntries && (at - firstEntries) % moreEntries === 0) await pages.finish();
    const line = await layOutOne(fonts, title, entry.size, textWidth - 60);
    const page = await layOutOne(
      fonts,
      start === undefined ? 'file gone' : String(start.number),
      entry.size,
      60,
    );
    if (!line || !page) continue;
    await pages.row(
      [
        [line, 0, start === undefined ? 'quiet' : 'text'],
        [page, textWidth - page.width, 'quiet'],
      ],
      { ...entry, ...(start === undefined ? {} : { target: { place: start } }) },
    );
    if (at % 50 === 0) await breathe();
  }
}

/** The bookmarks beside the pages; returns their root. */
function* writeOutlines(pdf: PdfFile, chapters: readonly Chapter[]): Sliced<number> {
  const share = new Share();
  const root = pdf.reserve();
  const items = chapters.flatMap(({ title, start }) =>
    start === undefined ? [] : [{ title, start, id: pdf.reserve() }],
  );
  for (const [at, { title, start, id }] of items.entries()) {
    if (share.due(title.length)) yield;
    const before = items[at - 1];
    const after = items[at + 1];
    pdf.write(
      id,
      `<</Title${textString(title)}/Parent ${root} 0 R/Dest${destination(start)}${before ? `/Prev ${before.id} 0 R` : ''}${after ? `/Next ${after.id} 0 R` : ''}>>`,
    );
  }
  pdf.write(
    root,
    `<</Type/Outlines/First ${items[0]?.id ?? root} 0 R/Last ${items.at(-1)?.id ?? root} 0 R/Count ${items.length}>>`,
  );
  return root;
}

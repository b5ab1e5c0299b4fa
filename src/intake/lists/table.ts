/**
 * Tables: CSV, TSV and the semicolon files of European spreadsheets. Read with Papa Parse, in chunks of
 * whole records. A column whose header names video ids, or which contains only ids, is videos.
 */
import Papa from 'papaparse';
import { findLinks } from '../freeText';
import { isFailure, readLink } from '../link';
import type { ListBuilder } from '../listBuilder';
import { isCommentedOut } from '../passedOver';
import { isPlaylistId, isYouTubeChannelId, isYouTubeId } from '../youtubeLink';
import { visible } from '../clean';
import {
  areIds,
  arePossibleIds,
  candidatesIn,
  channelCandidate,
  idCandidate,
  isVideo,
  meant,
  playlistCandidate,
  writtenCandidate,
  type Candidate,
} from './row';

interface TableRecord {
  readonly cells: readonly string[];
  /** The line it begins on, from 1. */
  readonly line: number;
}

const pieceLength = 16 * 1024;
/** A longer record is cut: one quote that is never closed would make the rest of the text one cell. */
const longestRecord = 128 * 1024;
const recordsInSlice = 500;
const cellsInSlice = 5_000;
/** Cells of a column that are looked at to judge whether it holds ids. */
const mostJudged = 10_000;

/** "Video ID", "Video-ID", "videoId", "ID de la vidéo", "youtube_id", "動画 ID". */
function namesVideoIds(header: string): boolean {
  const text = visible(header)
    .replace(/^[#\s]+/, '')
    .trim()
    .toLowerCase();
  if (text.length > 40) return false;
  return /^(?:video|youtube|yt)[\s_-]*ids?$|\bids?\b.*\bv[ií]d[eé]o|\bv[ií]d[eé]o.*\bids?\b|動画.*id|视频.*id|видео.*id|id.*видео/.test(
    text,
  );
}

const namesLinks =
  /^(?:(?:video|youtube|yt|media|episode|page|web|original|webpage)?[\s_-]*(?:url|link|uri|href)s?|titleurl|url of .*)$/i;

/** Reads a table with this delimiter. */
export function* readTable(text: string, delimiter: string, list: ListBuilder): Generator<undefined, void> {
  const records: TableRecord[] = [];
  for (const some of recordsOf(text, delimiter)) {
    for (const record of some) records.push(record);
    yield;
  }
  const columns = yield* idColumnsOf(records);
  const found: Candidate[] = [];
  let read = 0;
  for (const record of records) {
    const row = yield* candidatesOf(record, records[columns.header]?.cells ?? [], columns, list);
    for (const candidate of meant(row, list)) found.push(candidate);
    read += 1;
    if (read % recordsInSlice === 0) yield;
  }
  list.asksForLists = found.some(isVideo);
  for (const [at, { link, line }] of found.entries()) {
    list.add(link, { line });
    if (at % recordsInSlice === recordsInSlice - 1) yield;
  }
}

interface IdColumns {
  readonly columns: ReadonlySet<number>;
  /** The record that names the columns. Anything before it is about the whole table. */
  readonly header: number;
  /** True where the header names the ids: then nothing above it is an entry. */
  readonly named: boolean;
}

function* idColumnsOf(records: readonly TableRecord[]): Generator<undefined, IdColumns> {
  let seen = 0;
  const header = yield* headerOf(records);
  if (header !== -1) {
    const names = records[header]?.cells ?? [];
    return {
      columns: new Set(names.flatMap((name, at) => (namesVideoIds(name) ? [at] : []))),
      header,
      named: true,
    };
  }
  const values = new Map<number, string[]>();
  for (const [number, { cells }] of records.entries())
    for (const [at, cell] of cells.entries()) {
      seen += 1;
      if (seen % cellsInSlice === 0) yield;
      const known = values.get(at);
      if (cell === '' || (known !== undefined && known.length >= mostJudged)) continue;
      const text = idText(cell);
      if (text === '' || text.startsWith('#') || (number === 0 && !areIds([text]))) continue;
      if (known) known.push(text);
      else values.set(at, [text]);
    }
  // Takeout's tables in every language: an id and when it was added. There one is enough.
  const isDated = [...values.values()].some((texts) => texts.every((text) => timeStamp.test(text)));
  // YouTube Studio's name the column "Content" or its translation, and the next one after a video. Numbers of articles
  // have no small letters.
  const isOfVideos = (records[0]?.cells ?? []).some((name) => name.length <= 40 && namesVideos.test(name));
  const fewest = (ids: readonly string[]): number =>
    (isDated && values.size === 2) || (isOfVideos && ids.every((id) => /[a-z]/.test(id))) ? 1 : 3;
  const hasAddresses = [...values.values()].some((texts) => texts.some((text) => /^https?:/i.test(text)));
  const columns = [...values]
    .filter(([, texts]) => {
      // YouTube Studio's tables begin with a row of totals.
      const ids = texts.slice(texts.findIndex(isYouTubeId) === 1 ? 1 : 0);
      return ids.length >= fewest(ids) && areIds(ids) && (!hasAddresses || arePossibleIds(ids));
    })
    .map(([at]) => at);
  return { columns: new Set(columns), header: 0, named: false };
}

/** The first record that names ids; -1: none does. */
function* headerOf(records: readonly TableRecord[]): Generator<undefined, number> {
  let seen = 0;
  for (const [number, { cells }] of records.entries())
    for (const cell of cells) {
      seen += 1;
      if (seen % cellsInSlice === 0) yield;
      if (cell !== '' && namesVideoIds(cell)) return number;
    }
  return -1;
}

function* candidatesOf(
  { cells, line }: TableRecord,
  header: readonly string[],
  { columns, named }: IdColumns,
  list: ListBuilder,
): Generator<undefined, readonly Candidate[]> {
  if (isOwnHeader(header)) return cells === header ? [] : writtenCandidate(cells[1] ?? '', line, list);
  if (isCommentedOut(cells[0] ?? '')) {
    list.note('commented-out', line);
    return [];
  }
  const ids: Candidate[] = [];
  for (const at of columns) {
    const text = idText(cells[at] ?? '');
    // Above the ids there may be a word in their form: "Videotunnus".
    if (isYouTubeId(text) && (cells !== header || areIds([text]))) ids.push(idCandidate(text, line));
  }
  const others: Candidate[] = [];
  for (const [at, cell] of cells.entries()) {
    const name = header[at] ?? '';
    const found =
      listCandidate(cell.trim(), name.slice(0, 40), line) ?? candidatesIn(visible(cell), name, line, list);
    for (const candidate of found) others.push(candidate);
    if (at % recordsInSlice === recordsInSlice - 1) yield;
  }
  // Under a header that names ids, a row without one is about the table, not an entry of it.
  if (named && ids.length === 0) return others.filter((candidate) => candidate.alone && isVideo(candidate));
  return [...ids, ...others];
}

/** Our own table of a batch (output/exportCsv.ts): not all ids are YouTube's, and titles may name addresses. */
function isOwnHeader(header: readonly string[]): boolean {
  return visible(header.slice(0, 6).join()) === 'number,url,id,title,channel,status';
}

const namesVideos = /v[ií]deo|film|動画|影片|视频|視頻|видео|동영상|فيديو/i;
const timeStamp = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/;

/** A cell without what spreadsheets need to keep ids that begin like a formula: `'-bZkp7q19f0`, `="…"`. */
function idText(cell: string): string {
  const text = visible(cell).trim();
  return /^(?:'|="?)([\w-]{11})"?$/.exec(text)?.[1] ?? text;
}

/**
 * The channel or playlist whose id a cell is. Ids of playlists look like words, except under a header or with digits.
 */
function listCandidate(id: string, header: string, line: number): readonly Candidate[] | undefined {
  if (isYouTubeChannelId(id)) return channelCandidate(id, line);
  return isPlaylistId(id) && (/playlist|wiedergabeliste|lista/i.test(header) || /\d/.test(id))
    ? playlistCandidate(id, line)
    : undefined;
}

/** The records that are not empty, piece by piece. */
function* recordsOf(text: string, delimiter: string): Generator<readonly TableRecord[]> {
  let at = /^\s*sep=.\r?\n/i.exec(text)?.[0].length ?? 0;
  let line = at > 0 ? 2 : 1;
  let size = pieceLength;
  while (at < text.length) {
    const isLast = at + size >= text.length;
    const { rows, ends } = parsed(text.slice(at, at + size), delimiter);
    // The last record of a chunk may continue in the next one.
    if (!isLast && (rows.length > 1 || size < longestRecord)) rows.pop();
    const end = ends[rows.length - 1];
    if (end === undefined) {
      if (isLast) return;
      size *= 2;
      continue;
    }
    const records: TableRecord[] = [];
    for (const cells of rows) {
      if (cells.some((cell) => cell.trim() !== '')) records.push({ cells, line });
      line += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
    }
    yield records;
    at += end;
    size = pieceLength;
  }
}

interface Parsed {
  readonly rows: string[][];
  /** Where each row ends in the chunk. */
  readonly ends: number[];
}

function parsed(text: string, delimiter: string, preview = 0): Parsed {
  const rows: string[][] = [];
  const ends: number[] = [];
  Papa.parse<string[]>(text, {
    delimiter,
    preview,
    step: ({ data, meta }) => {
      rows.push(data);
      ends.push(meta.cursor);
    },
  });
  return { rows, ends };
}

const delimiters = ['\t', ';', ','] as const;
const looked = 40;

/**
 * The delimiter of a text that is a table; undefined for others. `named`: the file name says it is a table.
 * Otherwise its first lines must have the same number of cells, with a link or id in one of them, or a
 * header must show it.
 */
export function* delimiterOf(text: string, named: boolean): Generator<undefined, string | undefined> {
  const start = text.slice(0, 32 * 1024);
  const told = /^\s*sep=(.)\r?\n/i.exec(start)?.[1];
  if (told !== undefined) return told;
  let best: string | undefined;
  let most = 0;
  for (const delimiter of delimiters) {
    yield;
    const { rows } = parsed(start, delimiter, looked);
    const score = yield* scoreOf(
      rows.filter((cells) => cells.some((cell) => cell.trim() !== '')),
      delimiter,
    );
    if (score <= most) continue;
    most = score;
    best = delimiter;
  }
  return best ?? (named ? ',' : undefined);
}

/** How much rows look like a table: more than 0 where they do. */
function* scoreOf(rows: readonly (readonly string[])[], delimiter: string): Generator<undefined, number> {
  const wide = rows.filter((cells) => cells.length > 1);
  if (wide.length === 0) return 0;
  const [header = []] = wide;
  const headed =
    header.some((name) => namesLinks.test(visible(name).trim())) && !header.some((cell) => isLink(cell));
  const counts = new Map<number, number>();
  for (const { length } of wide) counts.set(length, (counts.get(length) ?? 0) + 1);
  const even = Math.max(...counts.values()) / rows.length;
  const linked = rows.filter((cells) => cells.length > 1 && cells.some((cell) => isLink(cell))).length;
  const bodies = header.some((cell) => isLink(cell)) ? rows.length : rows.length - 1;
  const share = linked / Math.max(1, bodies);
  yield;
  const columns = yield* idColumnsOf(rows.map((cells, line) => ({ cells, line })));
  // The header may be below lines about the table.
  if (columns.named || ((headed || namesLists(wide)) && even > 0.5)) return 2 + share;
  if (columns.columns.size > 0 && even > 0.8) return 1.5 + share;
  const enough = rows.length > 1 || delimiter === '\t';
  return enough && even >= 0.8 && share >= 0.8 && !rows.every((cells) => isWhole(cells, delimiter))
    ? share
    : 0;
}

/** Rows of a table of channels or playlists by their ids. */
function namesLists([header = [], ...rows]: readonly (readonly string[])[]): boolean {
  return rows.some((cells) =>
    cells.some((cell, at) => listCandidate(cell.trim(), (header[at] ?? '').slice(0, 40), 0) !== undefined),
  );
}

/** A cell that contains only a link. */
function isLink(cell: string): boolean {
  // Most cells have no sign of an address.
  if (!/[.:]/.test(cell)) return false;
  const text = visible(cell).trim();
  const [first, second] = findLinks(text);
  return (
    first?.text.length === text.length &&
    second === undefined &&
    !isFailure(readLink(text, { bareHosts: true }))
  );
}

/** A row that is one address with the delimiter in it: `https://example.org/Foo,_Bar.webm`. */
function isWhole(cells: readonly string[], delimiter: string): boolean {
  const text = cells.join(delimiter);
  return delimiter === ',' && isLink(text) && /\.[a-z][a-z0-9]{1,4}$/i.test(text);
}

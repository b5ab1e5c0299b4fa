/** What was named on the command line → batches to run: list files, links, local files, standard input. */
import { basename, dirname, isAbsolute, resolve } from 'node:path';
import { nameOfFile, nameOfMoment } from '../intake/batchName';
import { confineLocalFiles } from '../intake/confine';
import { fileKind } from '../intake/fileKinds';
import { announcement, foundInWords, listsQuestion, withoutLists } from '../intake/foundLists';
import { isListFailure, readList } from '../intake/list';
import type { ListContent } from '../intake/list';
import { formatOf } from '../intake/listFormat';
import { isInside } from '../intake/localPath';
import { allowed, hasOutside, markPlaces, placeNames, placesInWords } from '../intake/places';
import { maxListBytes } from '../intake/decodeText';
import type { BatchNote, NewJob } from '../model/events';
import { FailureError, failure } from '../model/failure';
import type { Clock, Files } from '../model/ports';
import { defaultSettings, readSettings, type SettingName, type Settings } from '../model/settings';
import { plural } from '../model/words';
import { nearest } from '../model/nearest';
import { commandNames } from './commandTable';
import type { BatchRequest } from './session';

export interface InputParts {
  readonly files: Files;
  readonly clock: Clock;
  /** The working folder; relative names start there. */
  readonly cwd: string;
  readonly home: string;
  readonly standardInput: () => Promise<Uint8Array>;
  /** Reads a pipe or device that the user has named, such as a shell's `<(…)`, to its end. */
  readonly pipe: (path: string) => Promise<Uint8Array>;
  /** Asks on the terminal; false where nobody can answer. */
  readonly confirm: (question: string) => Promise<boolean>;
  readonly words: (line: string) => void;
  /** Called with a feed's address before anything is said of it: it may hold a token. */
  readonly hideFeed: (url: string) => void;
  /** Called with each feed before the first one is requested. `isArgument`: its address was typed, not read. */
  readonly nameFeed: (url: string, isArgument: boolean) => void;
}

export interface RunInputs {
  readonly inputs: readonly string[];
  readonly name?: string;
  readonly redo: boolean;
  /** The user has confirmed every file and private address that the lists name. */
  readonly allowPrivate: boolean;
  readonly settings: Settings;
  /** Given on the command line: they win over a list's own directives. */
  readonly given: Readonly<Partial<Record<SettingName, unknown>>>;
}

const breathMs = 50;

export interface ReadInputs {
  readonly requests: readonly BatchRequest[];
  /** Why lists among several were refused; the others run. */
  readonly refused: readonly FailureError[];
}

/**
 * One batch a list file; links, files, pipes and standard input make one together. Throws FailureError
 * `invalid-url`, `disk` when nothing can run.
 */
export async function readInputs(run: RunInputs, parts: InputParts): Promise<ReadInputs> {
  const requests: BatchRequest[] = [];
  const refused: FailureError[] = [];
  const loose: NewJob[] = [];
  let own: Pick<ListContent, 'name' | 'settings'> = { settings: {} };
  const notes: BatchNote[] = [];
  const named = new Set<string>();
  for (const written of run.inputs) {
    const input = withScheme(written);
    const path = resolve(parts.cwd, input);
    const isLink = isAddress(input) || fileKind(input) !== undefined;
    // A shell's pattern beside a name names a list twice; standard input has one end.
    if (!isLink && named.has(path)) continue;
    named.add(path);
    const stat = input === '-' || isAddress(input) ? undefined : await parts.files.stat(path);
    if (input === '-' || stat?.kind === 'other') {
      const bytes = await (input === '-' ? parts.standardInput() : parts.pipe(path));
      const name = input === '-' ? 'Standard input' : input;
      const content = await settled(await listOf(bytes, 'text', name, parts.cwd, parts), name, parts);
      own = { ...own, ...content, settings: { ...own.settings, ...content.settings } };
      notes.push(...content.remarks);
      loose.push(...(await confined(content.jobs, [parts.cwd], run, parts)));
    } else if (isLink) {
      const content = await listOf(input, 'urls', input, parts.cwd, parts);
      announce(content, input, parts);
      // What the user named himself needs no second question.
      const jobs = await confineLocalFiles(content.jobs, [], parts.files);
      loose.push(...jobs.map(allowed));
    } else {
      try {
        requests.push(await listRequest(path, input, run, parts));
      } catch (error) {
        if (!(error instanceof FailureError) || run.inputs.length === 1) throw error;
        refused.push(error);
      }
    }
  }
  if (loose.length > 0)
    requests.push({
      ...requestOf(
        run,
        { jobs: eachOnce(loose), settings: own.settings },
        run.name ?? own.name ?? nameOfLoose(run.inputs, parts.clock.now()),
        parts,
      ),
      notes,
    });
  for (const { outputFolder } of requests) await refuseLeadingOut(outputFolder, run.settings, parts);
  if (requests.length === 0 && refused[0]) throw refused[0];
  return { requests, refused };
}

/** The same video in several arguments is one job, as in a list. */
function eachOnce(jobs: readonly NewJob[]): readonly NewJob[] {
  const once = new Map<string, NewJob>();
  for (const job of jobs) {
    const known = once.get(job.link.url);
    const count = (known?.count ?? 1) + (job.count ?? 1);
    once.set(job.link.url, known === undefined ? job : { ...known, count });
  }
  return [...once.values()];
}

/**
 * A folder that came with a repository may hold a link to anywhere in the place of our own; one that the user named may
 * lead where it does. Throws FailureError.
 */
export async function refuseLeadingOut(
  outputFolder: string,
  settings: Settings,
  { files, cwd: workFolder }: Pick<InputParts, 'files' | 'cwd'>,
): Promise<void> {
  const name = 'output.folder';
  if (settings[name] !== defaultSettings[name]) return;
  const [real, cwd] = await Promise.all([files.realPath(outputFolder), files.realPath(workFolder)]);
  if (real === undefined || cwd === undefined || isInside(real, cwd)) return;
  throw new FailureError(
    failure('invalid-url', `${outputFolder} leads to ${real}. Name that folder after --out if you want it.`),
  );
}

async function listRequest(
  path: string,
  asWritten: string,
  run: RunInputs,
  parts: InputParts,
): Promise<BatchRequest> {
  const stat = await parts.files.stat(path);
  if (stat?.kind === 'folder')
    throw new FailureError(
      failure(
        'invalid-url',
        `${asWritten} is a folder. Name a list file in it; a batch goes on with: bulk-transcribe resume <batch folder>`,
      ),
    );
  const bytes = stat === undefined ? undefined : await parts.files.read(path, maxListBytes);
  if (bytes === undefined) throw new FailureError(failure('invalid-url', notThere(asWritten)));
  const read = await listOf(bytes, formatOf(path), basename(path), dirname(path), parts);
  const content = await settled(read, asWritten, parts);
  const jobs = await confined(content.jobs, [parts.cwd, dirname(path)], run, parts);
  const name = run.name ?? content.name ?? nameOfFile(path);
  return {
    ...requestOf(run, { jobs, settings: content.settings }, name, parts),
    notes: content.remarks,
    list: path,
  };
}

/** Says what was read, with what was not understood, and settles whether lists that it came across are meant. */
async function settled(read: ListContent, name: string, parts: InputParts): Promise<ListContent> {
  const question = read.asksForLists ? listsQuestion(read.jobs).words : undefined;
  const content =
    question === undefined || (await parts.confirm(`${name}: ${question}`)) ? read : withoutLists(read);
  for (const problem of content.problems)
    if (problem.kind === 'directive' || problem.kind === 'more' || problem.kind === 'invisible')
      parts.words(`${name}:${problem.line}: ${problem.failure.message}`);
  const twice = content.duplicates > 0 ? `, ${plural(content.duplicates, 'duplicate')} left out` : '';
  parts.words(`${basename(name)}: ${foundInWords(content.jobs)}${twice}.`);
  for (const { line, text } of content.remarks) parts.words(`${name}:${line}: ${text}`);
  announce(content, basename(name), parts);
  if (content.jobs.length === 0)
    throw new FailureError(
      failure('invalid-url', `${name} holds no video. ${content.remarks.at(-1)?.text ?? ''}`.trim()),
    );
  return content;
}

function announce(content: ListContent, name: string, parts: InputParts): void {
  const words = announcement(content.jobs);
  if (words !== undefined) parts.words(`${name}: ${words}`);
}

async function listOf(
  source: Uint8Array | string,
  format: 'urls' | 'text' | 'csv',
  name: string,
  folder: string,
  parts: InputParts,
): Promise<ListContent> {
  const options = { format, name, folder, home: parts.home };
  const content = await readList(source, options, breaths(parts.clock));
  if (isListFailure(content)) throw new FailureError(content);
  for (const { link } of content.jobs)
    if (link.list === 'feed') {
      parts.hideFeed(link.url);
      parts.nameFeed(link.url, typeof source === 'string');
    }
  return content;
}

/** Gives other work its turn now and then, so that Ctrl-C works while a long list is read. */
function breaths(clock: Clock): () => Promise<void> {
  let last = clock.monotonic();
  return async () => {
    if (clock.monotonic() - last < breathMs) return;
    await new Promise<void>((resolve) => void clock.after(0, resolve));
    last = clock.monotonic();
  };
}

function requestOf(
  run: RunInputs,
  list: Pick<ListContent, 'jobs' | 'settings'>,
  name: string,
  parts: InputParts,
): BatchRequest {
  const { settings } = readSettings(run.settings, list.settings, run.given);
  const folder = settings['output.folder'];
  return {
    name,
    outputFolder: isAbsolute(folder) ? folder : resolve(parts.cwd, folder),
    jobs: list.jobs,
    settings,
    redo: run.redo,
  };
}

/**
 * Files outside the list's folder and the working folder, and private addresses: asked for by name. Without an OK
 * their rows wait for one.
 */
async function confined(
  jobs: readonly NewJob[],
  folders: readonly string[],
  run: RunInputs,
  parts: InputParts,
): Promise<readonly NewJob[]> {
  const placed = await confineLocalFiles(jobs, folders, parts.files);
  if (run.allowPrivate) return placed.map(allowed);
  const marked = markPlaces(placed, run.settings);
  if (!hasOutside(marked)) return marked;
  const links = marked.map(({ link }) => link);
  const question = `The list names ${placesInWords(links, 'outside its folder')}. Read ${placeNames(links)}?`;
  return (await parts.confirm(question)) ? marked.map(allowed) : marked;
}

/** One file is a name for its batch; links and several files have none. */
function nameOfLoose(inputs: readonly string[], now: number): string {
  const [input = '', ...others] = inputs;
  const isFile = others.length === 0 && !isAddress(input) && fileKind(input) !== undefined;
  return isFile ? nameOfFile(input) : nameOfMoment(now);
}

/** A word on the command line that is neither a file nor a link. */
function notThere(word: string): string {
  if (isBareId(word)) return `${word}: there is no such file. For the video write youtu.be/${word}`;
  const command = nearest(word, commandNames);
  const meant = command === undefined ? '' : ` Did you mean the command ${command}?`;
  return `${word} is neither a link nor a file that is there. Correct the path, or write https:// before an address.${meant}`;
}

/** YouTube's addresses are known without a scheme as well. */
function withScheme(input: string): string {
  return /^(?:(?:www|m|music)\.)?(?:youtube\.com|youtu\.be)\//i.test(input) ? `https://${input}` : input;
}

/** One letter before the colon is a drive of Windows. */
function isAddress(input: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(input);
}

function isBareId(input: string): boolean {
  return /^[A-Za-z0-9_-]{11}$/.test(input);
}

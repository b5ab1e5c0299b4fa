/**
 * *Search Transcripts…*: results while the user types. Enter opens the transcript at the words, a button opens the
 * video at the second. The first index is made meanwhile; closing the list stops it, and the next one goes on.
 */
import * as vscode from 'vscode';
import type { Files } from '../model/ports';
import { formatCount, formatLength, plural } from '../model/words';
import type { SearchAnswer, SearchHit, TranscriptSearch } from '../search/search';
import { mergedAnswers } from '../search/several';
import { plainLine } from './messages';
import { leadsOut } from './outputFolder';
import { showLive } from './pickers';
import { Refusal, tell } from './problems';

interface HitItem extends vscode.QuickPickItem {
  readonly hit?: SearchHit;
}

const title = 'Search Transcripts';
const shown = 50;
/** Answers while typing take the index as it is; after this time the folder is looked at again. */
const freshMs = 3000;

/**
 * Shows the list; ends when it is closed. `folders`: absolute, one for each folder of the workspace; those that are not
 * there are left out. `words`: typed already.
 */
export async function searchTranscripts(
  search: TranscriptSearch,
  files: Pick<Files, 'stat' | 'realPath'>,
  folders: readonly string[],
  words = '',
): Promise<void> {
  const there: string[] = [];
  for (const folder of folders) if ((await files.stat(folder))?.kind === 'folder') there.push(folder);
  if (there.length === 0)
    throw new Refusal(
      `There are no transcripts yet: ${folders.join(', ')} is not there. Transcribe a list first.`,
    );
  for (const folder of there) {
    const root = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder))?.uri;
    const elsewhere = root && (await leadsOut(files, folder, root));
    if (elsewhere !== undefined)
      throw new Refusal(
        `${folder} is a link to ${elsewhere}, outside of the workspace. Open that folder to search it.`,
      );
  }
  return new Promise((resolve) => {
    const list = vscode.window.createQuickPick<HitItem>();
    const live = new LiveSearch(list, search, there);
    list.onDidChangeValue(() => live.ask());
    list.onDidTriggerItemButton(({ item }) => openVideoAt(item.hit));
    list.onDidAccept(() => {
      const [item] = list.activeItems;
      if (item?.hit === undefined) return;
      openAt(item.hit).then(undefined, tell);
      list.hide();
    });
    list.title = title;
    list.value = words;
    list.placeholder = 'Words, "a phrase", or the beginning of a word: photo*';
    list.matchOnDetail = true;
    showLive(list, () => {
      live.stop();
      resolve();
    });
    live.ask();
  });
}

class LiveSearch {
  private readonly closed = new AbortController();
  private updatedAt = -Infinity;
  private running = false;
  private again = false;

  constructor(
    private readonly list: vscode.QuickPick<HitItem>,
    private readonly search: TranscriptSearch,
    private readonly folders: readonly string[],
  ) {}

  stop(): void {
    this.closed.abort();
  }

  /** Answers for what is typed now; one at a time, and the last one counts. */
  ask(): void {
    this.again = true;
    if (this.running) return;
    this.running = true;
    this.run()
      .catch((error: unknown) => {
        if (this.closed.signal.aborted) return;
        this.list.hide();
        void tell(error);
      })
      .finally(() => {
        this.running = false;
      });
  }

  /** Something else was typed meanwhile. */
  private isStale(): boolean {
    return this.again;
  }

  private isClosed(): boolean {
    return this.closed.signal.aborted;
  }

  private async run(): Promise<void> {
    const { list, search, folders } = this;
    const { signal } = this.closed;
    list.busy = true;
    while (this.again && !signal.aborted) {
      this.again = false;
      const asIs = performance.now() - this.updatedAt < freshMs;
      const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void => {
        list.title = `${title}: indexing, ${Math.floor((100 * done) / Math.max(1, total))} %`;
      };
      const answers: SearchAnswer[] = [];
      for (const folder of folders)
        answers.push(await search.search(folder, list.value, { limit: shown, asIs, signal, onProgress }));
      const answer = mergedAnswers(answers, shown);
      if (!asIs) this.updatedAt = performance.now();
      if (this.isClosed()) return;
      list.title = titleOf(answer);
      if (!this.isStale()) list.items = itemsOf(answer, search.hasWords(list.value));
    }
    list.busy = false;
  }
}

function titleOf({ transcripts, aside }: SearchAnswer): string {
  const kept =
    aside === undefined ? '' : ', whose folder cannot be written: the index is kept by the extension';
  return `${title}: ${plural(transcripts, 'transcript')}${kept}`;
}

function itemsOf(answer: SearchAnswer, asked: boolean): HitItem[] {
  const { hits, total, partial, transcripts } = answer;
  if (transcripts === 0)
    return [sentence('There are no transcripts yet.', 'Transcribe a list, then search in it.')];
  if (!asked) return [];
  if (hits.length === 0)
    return [sentence('Nothing found.', 'Try fewer words, or the beginning of one: photo*')];
  const items = hits.map(itemOf);
  if (partial) return [sentence('No passage has all of these words.', 'The closest are below.'), ...items];
  const left = total - hits.length;
  return left > 0
    ? [...items, sentence(`${formatCount(left)} more passages.`, 'Add a word to narrow it down.')]
    : items;
}

function sentence(label: string, detail: string): HitItem {
  return { label, detail, alwaysShow: true };
}

function itemOf(hit: SearchHit): HitItem {
  const time = hit.seconds === undefined ? '' : formatLength(Math.floor(hit.seconds));
  const canOpen = hit.link !== undefined && /^https?:\/\//i.test(hit.link);
  return {
    hit,
    label: plainLine(hit.title),
    description: plainLine([time, hit.batch].filter((part) => part !== '').join(' · ')),
    detail: plainLine(hit.text),
    alwaysShow: true,
    buttons: canOpen
      ? [
          {
            iconPath: new vscode.ThemeIcon('play'),
            tooltip: time === '' ? 'Open Video' : `Open Video at ${time}`,
          },
        ]
      : [],
  };
}

async function openAt({ file, line, text, marks }: SearchHit): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const at = Math.min(line - 1, document.lineCount - 1);
  const [start, end] = marks[0] ?? [0, 0];
  const word = text.slice(start, end);
  const column = Math.max(0, document.lineAt(at).text.indexOf(word));
  const selection = new vscode.Range(at, column, at, column + word.length);
  await vscode.window.showTextDocument(document, { selection, preview: true });
}

function openVideoAt(hit: SearchHit | undefined): void {
  if (hit?.link === undefined || !/^https?:\/\//i.test(hit.link)) return;
  void vscode.env.openExternal(vscode.Uri.parse(hit.link));
}

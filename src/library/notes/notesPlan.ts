/** From the transcripts of a batch to a batch of notes: which there are, what they would take, what is to be started. */
import { dirname, join, relative } from 'node:path';
import type { Engine, StartRequest } from '../../engine/api';
import type { ReadonlyRow } from '../../engine/state/reducer';
import type { NewJob } from '../../model/events';
import { failure, FailureError } from '../../model/failure';
import { notesFolderName } from '../../model/filesFolder';
import { isInsidePath } from '../../model/insidePath';
import type { Files } from '../../model/ports';
import type { Settings } from '../../model/settings';
import { mostExact, ownFiles, wordsOf } from '../../output/readBack';
import type { ChatModels } from './chatModel';
import { priceOf } from './notesSource';
import { templateOf, type TemplateFiles } from './template';
import { forecastTokens } from './writeNotes';

export interface NotesPlannerParts {
  readonly files: Files;
  readonly engine: Pick<Engine, 'open'>;
  readonly models: ChatModels;
  readonly templates: TemplateFiles;
}

/** What the user is asked once, before anything is sent. */
export interface NotesPlan {
  readonly request: StartRequest;
  /** Where the words of the transcripts go: an origin. */
  readonly origin: string;
  readonly model: string;
  readonly template: string;
  /** Transcripts that notes are written about. */
  readonly videos: number;
  /** Rows that have no transcript. */
  readonly without: number;
  /** Estimated, input and output; notes that are there already count as well. */
  readonly tokens: number;
  readonly requests: number;
  /** In the currency of the setting; absent where no price is set. */
  readonly cost?: number;
  /** It costs nothing beyond what the user has agreed to elsewhere. */
  readonly isFree: boolean;
}

const maxBytes = 50 * 1024 * 1024;

export class NotesPlanner {
  constructor(private readonly parts: NotesPlannerParts) {}

  /**
   * Reads the transcripts of the batch in `folder`; sends nothing but the question how much the model reads at once.
   * `only`: ids of the videos. Throws FailureError with the next step: no batch, no transcripts, no model, no template.
   */
  async plan(
    folder: string,
    settings: Settings,
    signal: AbortSignal,
    only?: ReadonlySet<string>,
  ): Promise<NotesPlan> {
    const { engine, models, templates } = this.parts;
    const { state } = await engine.open(folder, 'view');
    const template = await templateOf(settings['notes.template'], templates);
    const model = await models.model(settings, signal);
    const jobs: NewJob[] = [];
    let without = 0;
    let tokens = 0;
    let requests = 0;
    for (const row of state.jobs) {
      if ((only !== undefined && !only.has(row.link.id)) || row.expandedInto !== undefined) continue;
      const path = await this.transcriptOf(folder, row);
      const forecast = path === undefined ? undefined : await this.forecast(path, row, template, model);
      if (path === undefined || forecast === undefined) {
        without += 1;
        continue;
      }
      tokens += forecast.tokens;
      requests += forecast.parts;
      const { url, id, episode, publicUrl } = row.link;
      jobs.push({
        link: {
          kind: 'transcript',
          url,
          id,
          path,
          ...(episode === undefined ? {} : { episode }),
          ...(publicUrl === undefined ? {} : { publicUrl }),
        },
        meta: row.meta,
      });
    }
    if (jobs.length === 0)
      throw new FailureError(
        failure('unsupported', `There are no transcripts in ${folder} yet. Transcribe its list first.`, {
          subject: 'notes-empty',
        }),
      );
    const cost = model.isFree ? undefined : priceOf(tokens, settings);
    return {
      request: {
        name: `${state.name}: notes`,
        outputFolder: folder,
        folderName: notesFolderName,
        list: folder,
        jobs,
        settings: { ...settings, 'notes.model': model.name },
      },
      origin: model.origin,
      model: model.name,
      template: template.name,
      videos: jobs.length,
      without,
      tokens,
      requests,
      isFree: model.isFree,
      ...(cost === undefined ? {} : { cost }),
    };
  }

  private async forecast(
    path: string,
    row: ReadonlyRow,
    template: Parameters<typeof forecastTokens>[1],
    { contextTokens }: { readonly contextTokens: number },
  ): Promise<ReturnType<typeof forecastTokens> | undefined> {
    const bytes = await this.parts.files.read(path, maxBytes);
    const words = bytes === undefined ? undefined : await wordsOf(bytes, path, row.meta.duration);
    return words === undefined || words.cues.length === 0
      ? undefined
      : forecastTokens({ transcript: { cues: words.cues } }, template, contextTokens);
  }

  /** The most exact file of the row, also where another batch of the output folder has it; links resolved. */
  private async transcriptOf(folder: string, row: ReadonlyRow): Promise<string | undefined> {
    const { files } = this.parts;
    const own = mostExact(await ownFiles({ files, folder, batch: '' }, row));
    if (own !== undefined) return join(folder, own);
    const { file, batch } = row.skip ?? {};
    if (file === undefined || !isInsidePath(file)) return undefined;
    const outputFolder = await files.realPath(dirname(folder));
    const path = await files.realPath(join(dirname(folder), batch ?? '', file));
    if (outputFolder === undefined || path === undefined) return undefined;
    return relative(outputFolder, path).startsWith('..') ? undefined : path;
  }
}

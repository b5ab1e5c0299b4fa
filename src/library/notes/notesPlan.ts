/**
 * From the transcripts of a batch to a batch of notes: which there are, what they would take, what is to be started.
 */
import { basename, dirname, join, relative } from 'node:path';
import type { Engine, StartRequest } from '../../engine/api';
import type { ReadonlyRow } from '../../engine/state/reducer';
import type { NewJob } from '../../model/events';
import { failure, FailureError } from '../../model/failure';
import { notesFolderName } from '../../model/filesFolder';
import { isInsidePath } from '../../model/insidePath';
import type { TranscriptWriter } from '../../model/output';
import type { Files } from '../../model/ports';
import type { Settings } from '../../model/settings';
import type { Readiness } from '../../model/source';
import { filesHere } from '../../output/videoFiles';
import type { ChatModel, ChatModels, ModelFacts } from './chatModel';
import { priceOf } from './notesSource';
import { builtInTemplates, templateOf, type NotesTemplate, type TemplateFiles } from './template';
import type { TranscriptWords } from './transcriptWords';
import { forecastTokens } from './writeNotes';

export interface NotesPlannerParts {
  readonly files: Files;
  readonly words: TranscriptWords;
  /** Finds notes that are there. */
  readonly writer: Pick<TranscriptWriter, 'find'>;
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
  /** Of these, how many have such notes already: nothing is asked about them. */
  readonly current: number;
  /** Estimated, input and output, for those that are not current. */
  readonly tokens: number;
  readonly requests: number;
  /** In the currency of the setting; absent where no price is set. */
  readonly cost?: number;
  /** It costs nothing beyond what the user has agreed to elsewhere. */
  readonly isFree: boolean;
}

/** A transcript, and what its notes would take. */
interface Found {
  readonly job: NewJob;
  readonly forecast: ReturnType<typeof forecastTokens> | 'current';
}

/** Transcripts that wait for the disk together. */
const together = 8;

export class NotesPlanner {
  constructor(private readonly parts: NotesPlannerParts) {}

  /** Whether a model is set up. Sends nothing. */
  readiness(settings: Settings): Promise<Readiness> {
    return this.parts.models.readiness(settings);
  }

  /** The model of the settings, before anything is known of transcripts; undefined where none is ready. */
  facts(settings: Settings): Promise<ModelFacts | undefined> {
    return this.parts.models.facts(settings);
  }

  /** The model of the settings, for other requests than notes. Throws FailureError. */
  model(settings: Settings, signal: AbortSignal): Promise<ChatModel> {
    return this.parts.models.model(settings, signal);
  }

  /** Names of the templates that can be chosen: the built-in ones first, then the user's own. */
  async templates(): Promise<readonly string[]> {
    const own = await this.parts.templates.names();
    return [...new Set([...builtInTemplates.map(({ name }) => name), ...own])];
  }

  /**
   * Reads the transcripts of the batch in `folder`; sends nothing but the question how much the model reads at once.
   * `only`: ids of the videos. `onProgress` is called after every few rows. Throws FailureError with the next step: no
   * batch, no transcripts, no model, no template; `cancelled` by the signal.
   */
  async plan(
    folder: string,
    settings: Settings,
    signal: AbortSignal,
    only?: ReadonlySet<string>,
    onProgress: (done: number, total: number) => void = () => undefined,
  ): Promise<NotesPlan> {
    const { engine, models, templates, writer } = this.parts;
    const { state } = await engine.open(folder, 'view');
    const template = await templateOf(settings['notes.template'], templates);
    const model = await models.model(settings, signal);
    const asked = { ...settings, 'notes.model': model.name };
    const rows = state.jobs.filter(
      ({ link, expandedInto }) => (only?.has(link.id) ?? true) && expandedInto === undefined,
    );
    const jobs: NewJob[] = [];
    const sums = { current: 0, tokens: 0, requests: 0 };
    const found = async (row: ReadonlyRow): Promise<Found | undefined> => {
      const job = await this.jobOf(folder, state.name, row);
      if (job === undefined) return undefined;
      const isCurrent = (await writer.find(join(folder, notesFolderName), job.link, asked)) !== undefined;
      if (isCurrent) return { job, forecast: 'current' };
      const forecast = await this.forecast(job, template, model.contextTokens);
      return forecast && { job, forecast };
    };
    // The words of a few transcripts at a time are in memory.
    for (let at = 0; at < rows.length; at += together) {
      if (signal.aborted) throw new FailureError(failure('cancelled', 'Cancelled.'));
      const some = await Promise.all(rows.slice(at, at + together).map(found));
      onProgress(Math.min(at + together, rows.length), rows.length);
      for (const one of some) {
        if (one === undefined) continue;
        jobs.push(one.job);
        if (one.forecast === 'current') {
          sums.current += 1;
          continue;
        }
        sums.tokens += one.forecast.tokens;
        sums.requests += one.forecast.parts;
      }
    }
    if (jobs.length === 0)
      throw new FailureError(
        failure('unsupported', `There are no transcripts in ${folder} yet. Transcribe its list first.`, {
          subject: 'notes-empty',
        }),
      );
    const cost = model.isFree ? undefined : priceOf(sums.tokens, settings);
    return {
      request: {
        name: `${state.name}: notes`,
        outputFolder: folder,
        folderName: notesFolderName,
        list: folder,
        jobs,
        settings: asked,
      },
      origin: model.origin,
      model: model.name,
      template: template.name,
      videos: jobs.length,
      without: rows.length - jobs.length,
      ...sums,
      isFree: model.isFree,
      ...(cost === undefined ? {} : { cost }),
    };
  }

  private async jobOf(folder: string, name: string, row: ReadonlyRow): Promise<NewJob | undefined> {
    const path = await this.transcriptOf(folder, name, row);
    if (path === undefined) return undefined;
    const { url, id, episode, publicUrl } = row.link;
    return {
      link: {
        kind: 'transcript',
        url,
        id,
        path,
        ...(episode === undefined ? {} : { episode }),
        ...(publicUrl === undefined ? {} : { publicUrl }),
      },
      meta: row.meta,
    };
  }

  /** Undefined: the file holds no words. */
  private async forecast(
    { link, meta = {} }: NewJob,
    template: NotesTemplate,
    contextTokens: number,
  ): Promise<ReturnType<typeof forecastTokens> | undefined> {
    try {
      const document = await this.parts.words.read(link, meta);
      return document.transcript.cues.length === 0
        ? undefined
        : forecastTokens(document, template, contextTokens);
    } catch (error) {
      if (error instanceof FailureError && error.failure.code === 'unavailable') return undefined;
      throw error;
    }
  }

  /** The most exact file of the row, also where another batch of the output folder has it; links resolved. */
  private async transcriptOf(folder: string, name: string, row: ReadonlyRow): Promise<string | undefined> {
    const { files, words } = this.parts;
    const here = filesHere(row, [basename(folder), name]);
    const own = await words.fileOf(folder, { link: row.link, files: here });
    if (own !== undefined) return own;
    const { file, batch } = row.skip ?? {};
    if (file === undefined || !isInsidePath(file)) return undefined;
    const outputFolder = await files.realPath(dirname(folder));
    const path = await files.realPath(join(dirname(folder), batch ?? '', file));
    if (outputFolder === undefined || path === undefined) return undefined;
    return relative(outputFolder, path).startsWith('..') ? undefined : path;
  }
}

/**
 * What both composition roots have in common: given the outside world, it makes the inner rooms and hands
 * them to each other. Imports no platform, so that each root brings its own.
 */
import { Agent } from './agent/agent';
import type { AgentPlace } from './agent/world';
import type { Engine, EngineParts } from './engine/api';
import { createEngine } from './engine/engine';
import type { Elsewhere } from './model/elsewhere';
import { FailureError, failure } from './model/failure';
import type {
  BoxedProgram,
  Clock,
  Files,
  Http,
  Log,
  Machine,
  Outlets,
  Processes,
  Random,
  Secrets,
} from './model/ports';
import type { Settings } from './model/settings';
import type { Source } from './model/source';
import { OutputDerived } from './output/derived';
import { exportBatch, isExportFormat, type ExportResult } from './output/exports';
import { KeptStore } from './output/kept/store';
import { renderAgain, type RenderRequest, type RenderResult } from './output/renderAgain';
import { DerivedWithLibrary, Library } from './library/library';
import { Subjects } from './library/links/subjectFiles';
import { ChatEndpoints } from './library/notes/chatEndpoint';
import type { ChatModels } from './library/notes/chatModel';
import { ChosenModels } from './library/notes/models';
import { NotesPlanner } from './library/notes/notesPlan';
import { listedModels, notesLine } from './library/notes/setupLine';
import { NotesSource } from './library/notes/notesSource';
import { NotesWriter } from './library/notes/notesWriter';
import type { TemplateFiles } from './library/notes/template';
import { TranscriptWords } from './library/notes/transcriptWords';
import { OutputWriter } from './output/writer';
import { TranscriptSearch } from './search/search';
import { WriterByKind } from './output/writerByKind';
import { FeedPasswords } from './sources/feedPasswords';
import { Lists } from './sources/lists';
import { DiscreetLists } from './sources/privateFeeds';
import type { SetupLine } from './sources/setupLine';
import type { SoundWork } from './sources/soundWork';
import { createSources, createSoundWork } from './sources/table';
import { KnowledgeUpdater } from './sources/youtube/updater';
import { YtDlpProgram } from './sources/ytDlpProgram';

/** The outside world, as one of the roots has it. */
export interface World {
  readonly clock: Clock;
  readonly random: Random;
  readonly files: Files;
  readonly http: Http;
  readonly outlets: Outlets;
  readonly processes: Processes;
  readonly secrets: Secrets;
  readonly machine: Machine;
  readonly log: Log;
  /** Takes keys, passwords and the private parts of feeds out of what services say. */
  readonly redact: (text: string) => string;
  /** Told of a feed's address before anything is asked for it. */
  readonly hideFeed: (url: string) => void;
  readonly stateFolder: string;
  /** Absolute folders whose files the user works with: the workspace, or the terminal's folder. */
  readonly workspace?: () => readonly string[];
  /** Whether the user trusts what is open. Absent: not, so that no table of YouTube's clients is fetched. */
  readonly isTrusted?: () => boolean;
  /** Whether a host may be public by its name alone. */
  readonly mayBePublic: (host: string) => boolean;
  readonly whisperEngine?: BoxedProgram | undefined;
  /** The user's templates of notes. */
  readonly templates: TemplateFiles;
  /** Language models that the host offers for notes. */
  readonly hostModels?: ChatModels | undefined;
  /** Other machines that take attempts. Absent: all run here. */
  readonly elsewhere?: Elsewhere | undefined;
  /** Limits that other machines keep to as well, where the settings name them. Absent: this user's alone. */
  readonly share?: EngineParts['share'];
}

export interface House {
  readonly engine: Engine;
  readonly sources: readonly Source[];
  /** Brings the sound of a link for another machine. */
  readonly sound: SoundWork;
  /** What notes about the transcripts of a batch are made of. */
  readonly notes: NotesPlanner;
  /** Check Setup's line about the model of notes; never throws. */
  notesLine(settings: Settings, signal: AbortSignal): Promise<SetupLine>;
  /** Which models a chat service lists, and whether it takes us. Throws FailureError: nobody answers. */
  chatModelsAt(
    endpoint: string,
    signal: AbortSignal,
  ): Promise<{ readonly names: readonly string[]; readonly wantsKey: boolean }>;
  /**
   * Writes the batch in `folder` as one file to the absolute path `out`. `pdfFont`: the setting
   * `export.pdfFont`, as an absolute path. Throws FailureError.
   */
  exportBatch(folder: string, format: string, out: string, pdfFont?: string): Promise<ExportResult>;
  /** Writes the finished videos of the batch in `folder` in other formats, from the kept words. Throws FailureError. */
  renderBatch(folder: string, how: Omit<RenderRequest, 'folder' | 'state'>): Promise<RenderResult>;
  /** Looks for words in the transcripts of a folder. */
  readonly search: TranscriptSearch;
  /** The pages of an output folder. */
  readonly library: Library;
  /** Subjects for notes, as the model of notes proposes them. */
  readonly subjects: Subjects;
  /** The tools for language models, within the places that are given. */
  agent(place: AgentPlace): Agent;
}

/** Makes the engine with everything it works with. Reads nothing and sends nothing. */
export function assemble(world: World): House {
  const ytDlp = new YtDlpProgram(world);
  const feeds = new FeedPasswords(world.http, world.secrets);
  const inner = { ...world, http: feeds };
  const sources = createSources(inner, ytDlp, new KnowledgeUpdater(world));
  const { files } = world;
  const store = new KeptStore(files);
  const endpoints = new ChatEndpoints(world);
  const models = new ChosenModels(endpoints, world.hostModels);
  const { clock, templates } = world;
  const words = new TranscriptWords(files);
  const notes = new NotesSource({ words, clock, models, templates });
  const notesWriter = new NotesWriter(files, (head, link, settings) => notes.isCurrent(head, link, settings));
  const library = new Library(world);
  const engine = createEngine({
    ...world,
    sources: [...sources, notes],
    expander: new DiscreetLists(new Lists(inner, ytDlp), { ...world, passwords: feeds }),
    writer: new WriterByKind(new OutputWriter({ files, store }), notesWriter),
    derived: new DerivedWithLibrary(new OutputDerived(world), library, world.log),
  });
  // A batch that is opened again may have read its feeds long ago; its entries are asked for from now on.
  engine.onBatches(() => {
    for (const { state } of engine.batches)
      for (const { link } of state.jobs)
        if (link.list === 'feed') {
          world.hideFeed(link.url);
          feeds.name(link.url);
        }
  });
  const search = new TranscriptSearch(world);
  return {
    engine,
    sources,
    sound: createSoundWork(inner, ytDlp),
    search,
    library,
    subjects: new Subjects(world),
    agent: (place) => {
      const { clock, hideFeed, redact } = world;
      return new Agent({ ...place, engine, files, clock, search, hideFeed }, redact);
    },
    notes: new NotesPlanner({ files, words, writer: notesWriter, engine, models, templates }),
    notesLine: (settings, signal) => notesLine(models, endpoints, settings, signal),
    chatModelsAt: async (endpoint, signal) => {
      const answer = await endpoints.list(endpoint, signal);
      return { names: listedModels(answer), wantsKey: answer.status === 401 || answer.status === 403 };
    },
    exportBatch: async (folder, format, out, pdfFont = '') => {
      if (!isExportFormat(format))
        throw new FailureError(failure('unsupported', `${format} is not a format of exports.`));
      const { state } = await engine.open(folder, 'view');
      return exportBatch({ folder, format, out, state, pdfFont }, world);
    },
    renderBatch: async (folder, how) => {
      const { state } = await engine.open(folder, 'view');
      return renderAgain({ ...how, folder, state }, { ...world, store });
    },
  };
}

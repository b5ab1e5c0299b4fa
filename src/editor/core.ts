/**
 * What the editor needs from the rest of the house, made on first use so that activation stays short. The
 * composition root fills it in.
 */
import type { House } from '../assemble';
import type { Engine } from '../engine/api';
import type { Files } from '../model/ports';
import type { Settings } from '../model/settings';
import type { Source } from '../model/source';
import type { ExportFormat } from '../output/exports';
import type { TranscriptSearch } from '../search/search';
import type { SetupLine } from '../sources/setupLine';
import type { SpeechSetup } from '../sources/speechSetup/setup';

export interface Core {
  readonly engine: Engine;
  readonly files: Files;
  readonly sources: readonly Source[];
  /** What *Set Up Speech-to-Text…* works with. */
  readonly speech: SpeechSetup;
  /** What notes about the transcripts of a batch are made of. */
  readonly notes: House['notes'];
  readonly chatModelsAt: House['chatModelsAt'];
  /** Subjects for notes, and the pages that show them. */
  readonly subjects: House['subjects'];
  readonly library: House['library'];
  /** Looks for words in the transcripts of a folder. */
  readonly search: TranscriptSearch;
  /** Marks batches that were started here. */
  readonly machineId: string;
  /** Which other process runs the batch in `folder`, in words; undefined when none does. Starts nothing. */
  ownerOf(folder: string): Promise<string | undefined>;
  /** Writes an export of the batch in `folder` to the absolute path `out`. Throws FailureError. */
  exportBatch(folder: string, format: ExportFormat, out: string): Promise<void>;
  /** Writes the finished videos of the batch in `folder` in other formats, from the kept words. Throws FailureError. */
  readonly renderBatch: House['renderBatch'];
  /** The tools for language models, within the places that are given. */
  readonly agent: House['agent'];
  /** Looks at every source, program and service; never throws. `outputFolder` is absolute. */
  checkSetup(
    settings: Settings,
    outputFolder: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly SetupLine[]>;
  /** Ends what runs, keeping its state, and closes connections. */
  close(): Promise<void>;
}

/** Makes the core once, when it is first needed, and says when it is there. */
export class CoreAccess {
  private made: Promise<Core> | undefined;
  private ready: Core | undefined;
  private readonly waiting: ((core: Core) => void)[] = [];

  /** @param disk is enough to look at folders; the whole core is not read for that. */
  constructor(
    private readonly make: () => Promise<Core>,
    private readonly disk: () => Promise<Files>,
  ) {}

  files(): Promise<Files> {
    return this.ready ? Promise.resolve(this.ready.files) : this.disk();
  }

  get(): Promise<Core> {
    this.made ??= this.make().then(
      (core) => {
        this.ready = core;
        for (const listener of this.waiting.splice(0)) listener(core);
        return core;
      },
      (error: unknown) => {
        // The next use tries again: a full disk may have been mended.
        this.made = undefined;
        throw error;
      },
    );
    return this.made;
  }

  /** The core if something has needed it already. */
  peek(): Core | undefined {
    return this.ready;
  }

  whenReady(listener: (core: Core) => void): void {
    if (this.ready) listener(this.ready);
    else this.waiting.push(listener);
  }
}

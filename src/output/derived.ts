/** The files derived from a batch's state: `batch.json`, `report.md` and `failed.urls`. */
import { basename, join } from 'node:path';
import { breathe } from '../captions/sliced';
import type { ReadonlyState } from '../engine/state/reducer';
import { isNotesFolder } from '../model/filesFolder';
import type { Clock, Files } from '../model/ports';
import { manifestContent, manifestHead, videoPieces } from './manifest';
import { inPiecesWithBreaths } from './pieces';
import { failedListLines, renderReport } from './report';
import { holdsManifest } from './unchanged';

/** Implements the engine's `DerivedFiles`. */
export class OutputDerived {
  private readonly files: Files;
  private readonly clock: Clock;

  constructor({ files, clock }: { readonly files: Files; readonly clock: Clock }) {
    this.files = files;
    this.clock = clock;
  }

  /**
   * Writes whole files into the batch folder; report and failed list only when the batch rests or `final`
   * is set. The manifest is written last: a program that waits until it says "finished" finds the others. It is left
   * where only its times would change.
   * 100,000 jobs never block other work for longer than a slice. Throws FailureError `disk`.
   */
  async write(folder: string, state: ReadonlyState, final: boolean): Promise<void> {
    const now = this.clock.now();
    try {
      if (final || state.phase !== 'running') await this.writeLists(folder, state, now);
    } finally {
      const path = join(folder, 'batch.json');
      const head = manifestHead(state, now);
      if (!(await holdsManifest(this.files, path, head, videoPieces(state, breathe))))
        await this.files.writeWhole(path, await manifestContent(state, now, breathe));
    }
  }

  private async writeLists(folder: string, state: ReadonlyState, now: number): Promise<void> {
    await this.files.writeWhole(join(folder, 'report.md'), renderReport(state, now, basename(folder)));
    await breathe();
    const failedList = join(folder, 'failed.urls');
    // As a list, transcripts would be transcribed; notes that failed are tried again by `retry`.
    if (state.counts.failed > 0 && !isNotesFolder(folder))
      await this.files.writeWhole(failedList, inPiecesWithBreaths(failedListLines(state, now), breathe));
    // An old list would retry videos that are done by now.
    else await this.files.remove(failedList);
    await breathe();
  }
}

/**
 * Becomes the owner of a batch's folder: what its journal says is read, held against what this user's own record
 * and the seals prove, repaired where it was damaged, and made into a batch that runs.
 */
import { join } from 'node:path';
import { FailureError, toFailure } from '../../model/failure';
import type { Failure } from '../../model/failure';
import type { Settings } from '../../model/settings';
import { AlreadyDone } from '../folder/alreadyDone';
import type { Archive } from '../folder/archive';
import { BatchKeptSteps } from '../folder/keptSteps';
import { confineForeign, foreignRefused, refuseLinks, settingsLost } from '../folder/foreign';
import { unrecorded } from '../folder/ledger';
import { confineLocal } from '../folder/localPaths';
import type { Found, Origin } from '../folder/origin';
import { takeOwnership } from '../folder/owner';
import type { Ownership } from '../folder/owner';
import type { Shared } from '../job/context';
import { LiveFile } from '../live/liveFile';
import { livePlaceOf } from '../live/livePlace';
import { Journal, journalName } from '../journal/journal';
import type { BatchState } from '../state/reducer';
import { UnderWay } from '../folder/underWay';
import { BatchRun } from './run';

export interface OpenRequest {
  /** What the batch is started from; absent: as its journal says. */
  readonly list?: string | undefined;
  readonly settingsOf: (found: Found) => Settings;
  /** What was read of it a moment ago. */
  readonly found?: Found;
  /** What it is started with is all that counts, and not what it was started with before. */
  readonly anew?: boolean;
  /** Asked for a batch from elsewhere; absent: it does not go on. */
  readonly resumeForeign?: ((batch: BatchState) => Promise<boolean>) | undefined;
}

export class Opening {
  constructor(
    private readonly shared: Shared,
    private readonly origin: Origin,
    private readonly archive: Archive,
    /** A batch runs from now on. */
    private readonly begun: () => void,
  ) {}

  /**
   * The batch in the folder, restored and not yet running. Throws FailureError when another process has it, when it
   * is foreign and nobody agrees, or when its rows cannot be read.
   */
  async own(folder: string, request: OpenRequest): Promise<BatchRun> {
    const { parts } = this.shared;
    await refuseLinks(folder, parts.files);
    const ownership = await takeOwnership(folder, parts);
    try {
      // Read now: the last owner may have written until it let go.
      const found = await this.origin.readAgain(folder, request.found);
      const settings = request.settingsOf(found);
      const { state } = found.journal;
      this.dropUnproven(found);
      const lacks = found.settingsLost && request.anew !== true;
      if ((found.foreign || lacks) && (await request.resumeForeign?.(state)) !== true)
        throw lacks ? settingsLost(state.name) : foreignRefused(state.name);
      if (found.foreign) confineForeign(state);
      else await confineLocal(state, found.journal.author, parts.workspace?.() ?? [], parts.files);
      const journal = await this.journalOf(folder, found);
      await this.origin.ledger.opened(found.place);
      const run = await this.run({ folder, found, settings, journal, ownership, list: request.list });
      await run.restore();
      for (const text of this.damage(found)) run.tell(text);
      return run;
    } catch (error) {
      await ownership.release();
      throw error;
    }
  }

  /** Why what is done now is not recorded for this user, outside of the batch; undefined: it is. */
  async unwritten(): Promise<Failure | undefined> {
    const refused = await this.shared.limiter.unwritten();
    return this.origin.unwritten ?? (refused && unrecorded(refused));
  }

  /** A request id that this machine did not submit is never polled and never trusted. */
  private dropUnproven({ journal: { state, author } }: Found): void {
    if (author === 'own') return;
    for (const job of state.jobs) {
      const id = job.paid?.requestId;
      if (job.paid && id !== undefined && !this.origin.ledger.wasSubmitted(job.paid.source, id))
        job.paid = { source: job.paid.source, quote: job.paid.quote };
    }
  }

  /**
   * The journal to write on. This user's own gets seals where it was begun without them, and is written anew where it
   * was damaged.
   */
  private async journalOf(
    folder: string,
    { journal: content, seal, foreign, place }: Found,
  ): Promise<Journal> {
    const { files, clock, log } = this.shared.parts;
    const { state, last, unknown, found, author, damaged, snapshotLength } = content;
    const path = join(folder, journalName);
    const make = (by: typeof seal): Journal =>
      new Journal(files, path, clock, last + 1, () => state, unknown, by).beginsWith(snapshotLength);
    if (foreign) return make(undefined);
    const journal = make(seal);
    const unsealed = author === 'unsealed' && seal !== undefined;
    if (!found || (damaged === 0 && !unsealed)) return journal;
    try {
      await journal.compact();
      const { ledger } = this.origin;
      if (unsealed) await ledger.started(state.id, place, ledger.settingsOf(state.id, place), true);
      return journal;
    } catch (error) {
      log.write('warn', `The journal stays as it is: ${toFailure(error).message}`);
      // Among lines without seals, sealed ones would look like somebody else's.
      return unsealed ? make(undefined) : journal;
    }
  }

  private async run(opened: {
    readonly folder: string;
    readonly found: Found;
    readonly settings: Settings;
    readonly journal: Journal;
    readonly ownership: Ownership;
    readonly list: string | undefined;
  }): Promise<BatchRun> {
    const { folder, found, settings, journal, ownership, list } = opened;
    const { shared, origin } = this;
    const { ledger } = origin;
    const { place, foreign } = found;
    const { state } = found.journal;
    const recorded = origin.recorded(found, list ?? state.list);
    // Once for all that look for names: of 100,000 files each listing takes some 40 ms of CPU time.
    const names = await shared.parts.files.list(folder);
    const done = await AlreadyDone.in(
      { folder, names, state, list, recorded },
      settings,
      this.archive,
      shared.parts,
    );
    const kept = foreign ? undefined : new BatchKeptSteps(shared.parts, folder, found.seal);
    await kept?.restore(state, names);
    const run = new BatchRun({
      shared,
      folder,
      state,
      journal,
      ownership,
      settings,
      begun: this.begun,
      // A stranger's batch never comes into the record: its next opening asks again.
      recordSettings: async (own) => {
        if (!foreign)
          await origin.started(state.id, place, { ...ledger.settingsOf(state.id, place), ...own });
      },
      done,
      kept,
      underWay: new UnderWay(shared.parts.files, folder, shared.parts.clock),
      live: new LiveFile(shared.parts, livePlaceOf(shared.parts.stateFolder, place), ownership.nonce, state),
      recordIntent: async (video) => {
        const refused = await shared.limiter.unwritten();
        if (refused) throw new FailureError({ ...unrecorded(refused), unsent: true });
        await ledger.intent(place, video);
      },
      recordRefused: (video) => ledger.settled(place, video),
      recordPaid: (source, requestId) => ledger.submitted(source, requestId),
      recordConsent: async (agreed) => {
        if (!foreign) await ledger.consented(state.id, { ...agreed, place });
      },
    });
    for (const { service, origin: asked, cost, count } of ledger.consentsOf(state.id, place))
      run.core.consent.agree(service, asked, cost, count);
    for (const { paid, source, files, cost } of state.jobs)
      if (paid) run.core.consent.spent(paid.quote.service, paid.quote.cost);
      else if (source && (files || cost !== undefined)) run.core.consent.spent(source, cost);
    return run;
  }

  private damage({ journal: { damaged, found } }: Found): readonly string[] {
    if (damaged === 0) return [];
    const lines = damaged === 1 ? 'One line' : `${damaged} lines`;
    const kept = found
      ? 'It was repaired; a video whose end was lost is looked for on the disk first, and nothing is paid for twice.'
      : 'It is begun again; what has its file, or was paid for on this computer, is not done again.';
    return [`${lines} of this batch's journal could not be read. ${kept}`];
  }
}

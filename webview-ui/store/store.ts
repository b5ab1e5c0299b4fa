/**
 * The page's copy of the batch: a snapshot in slices, then events, folded by the engine's own reducer. Views
 * subscribe to topics and are called once a frame, however many events have arrived.
 */
import type { BatchEvent } from '../../src/model/events';
import type { SettingName } from '../../src/model/settings';
import { isNotBegun } from '../../src/engine/state/abilities';
import { reduce, rowsOf, type BatchState, type JobState } from '../../src/engine/state/reducer';
import type {
  BatchAction,
  BatchHead,
  FromPage,
  MenuAction,
  NextSource,
  NextStep,
  PlanView,
  ResumedNote,
  RowAction,
  SettingView,
  SourceView,
  ToPage,
} from '../../src/protocol';
import { Changes, topic, topicsOf, type Topics } from './changes';
import { Feed } from './feed';
import { onKeptFocus } from './focus';
import type { Host } from './host';
import { Keeper } from './keeper';
import { ParkedJobs } from './parkedJobs';
import { problemOf, type Problem } from './problem';
import { Rows } from './rows';
import { Selection } from './selection';
import { freshUi, isListOrder, mostSelected, readUi, type Ui } from './ui';
import { Versions } from './versions';

export { topic, type Topics } from './changes';

type Request = Extract<FromPage, { readonly request: number }>;
type Unnumbered<T> = T extends unknown ? Omit<T, 'request'> : never;

/** Pixels from which the page can be halved, so that a transcript opens beside it and not over it. */
const splitWidth = 900;

export class PanelStore {
  batches: readonly BatchHead[] = [];
  /** True once the host has sent the list of batches. */
  met = false;
  state: BatchState | undefined;
  owner: string | undefined;
  resumed: ResumedNote | undefined;
  /** When the present run of a resumed batch began, epoch ms. */
  resumedAt: number | undefined;
  settings: Readonly<Partial<Record<SettingName, SettingView>>> = {};
  sources: readonly SourceView[] = [];
  takesOver: NextSource | undefined;
  outputFolder = 'transcripts';
  /** What waits for the user's word, while it is shown in the place of a batch. */
  plan: PlanView | undefined;
  /** Why the host could not do the last request. */
  problem: Problem | undefined;
  readonly rows = new Rows();
  readonly selection = new Selection();
  readonly ui: Ui;
  readonly parked = new ParkedJobs();
  /** Failed jobs whose broadcast had not begun, by index: how many can be retried depends on the time. */
  readonly notBegun = new Map<number, JobState>();
  readonly versions = new Versions();
  /** When each quota's present hold was first seen, epoch ms. */
  readonly heldSince = new Map<string, number>();

  private readonly host: Host;
  private readonly feed = new Feed({
    // A state that is shown stays until the new one is complete.
    begun: (state) => {
      if (this.state === undefined) this.adopt(state);
    },
    filled: (state) => {
      if (this.state === state) this.mark(topic.view | topic.rows | topic.workers);
    },
    whole: (state) => this.adopt(state),
    fold: (event) => this.fold(event),
    missing: (batch, have) => this.host.post({ type: 'gap', batch, have }),
  });
  private readonly changes = new Changes();
  /** Counts how often the table's view was rebuilt. */
  viewVersion = 0;
  private skewMs = 0;
  private request = 0;
  private readonly problemsOf = new Set<number>();
  private readonly keeper: Keeper;

  constructor(host: Host) {
    this.host = host;
    this.ui = readUi(host.kept());
    this.keeper = new Keeper(() => host.keep({ ...this.ui, ...this.selected() }));
    host.onMessage((message) => this.receive(message));
    onKeptFocus(() => host.post({ type: 'focused' }));
  }

  /** What the host asks of the table and of its heads, which put themselves here. */
  onReveal: (job: number) => void = () => undefined;
  onAct: (action: Exclude<MenuAction, 'hideColumn' | 'resetColumns'>) => void = () => undefined;
  onHead: (action: 'hideColumn' | 'resetColumns') => void = () => undefined;

  start(): void {
    const { batch, top } = this.ui;
    const at = top === undefined || !isListOrder(this.ui) ? undefined : Math.floor(top);
    this.host.post({ type: 'ready', batch, ...(at === undefined ? {} : { at }) });
  }

  /** There is something to see: a batch's first rows, a plan, or how to begin. */
  get isShown(): boolean {
    return this.state !== undefined || this.plan !== undefined || (this.met && this.ui.batch === null);
  }

  /** True while slices of what is shown are on their way: `state.jobs` has holes until then. */
  get partial(): boolean {
    return this.state !== undefined && this.feed.loading === this.state;
  }

  /** The host's time now, epoch ms. */
  now(): number {
    return Date.now() + this.skewMs;
  }

  subscribe(topics: Topics, listener: () => void): () => void {
    return this.changes.subscribe(topics, listener);
  }

  /** Tells the views of these topics at the next frame. */
  mark(topics: Topics): void {
    this.changes.mark(topics);
    if ((topics & topic.selection) !== 0) this.keepAtRest();
  }

  private selected(): Pick<Ui, 'selected'> {
    const { jobs } = this.selection;
    return jobs.size > 1 && jobs.size <= mostSelected ? { selected: [...jobs] } : {};
  }

  // ------------------------------------------------------------------------------------ what the user does

  batchAction(action: BatchAction, consent?: Extract<FromPage, { type: 'batchAction' }>['consent']): void {
    if (!this.ui.batch) return;
    this.ask({ type: 'batchAction', batch: this.ui.batch, action, ...(consent ? { consent } : {}) });
  }

  rowAction(action: RowAction, jobs: readonly number[]): void {
    if (!this.ui.batch || jobs.length === 0) return;
    this.ask({
      type: 'rowAction',
      batch: this.ui.batch,
      jobs,
      action,
      ...(innerWidth >= splitWidth ? { wide: true } : {}),
    });
  }

  nextStep(
    step: NextStep,
    more: Pick<Extract<FromPage, { type: 'nextStep' }>, 'setting' | 'source'> = {},
  ): void {
    this.ask({ type: 'nextStep', step, ...more });
  }

  changeSetting(name: SettingName, value: unknown): void {
    const view = this.settings[name];
    if (view && view.value === value) return;
    // Shown at once; the host's answer or its next `settings` message has the last word.
    this.settings = { ...this.settings, [name]: { ...view, value } };
    this.mark(topic.settings);
    this.ask({ type: 'setting', name, value });
  }

  dropped(text: string, name: string): void {
    this.ask({ type: 'dropped', text, name });
  }

  /** The user's word on what is shown. */
  answerPlan(answer: 'start' | 'forget', agreed: readonly string[] = []): void {
    if (this.plan) this.ask({ type: 'plan', plan: this.plan.id, answer, agreed });
  }

  chooseBatch(batch: string): void {
    if (batch === this.ui.batch) return;
    this.openFresh(batch);
    this.forget();
    this.keep();
    this.host.post({ type: 'choose', batch });
  }

  /** Writes down what the user has chosen to look at. */
  keep(): void {
    this.keeper.now();
  }

  /** As `keep`, for what changes with every pixel. */
  keepAtRest(): void {
    this.keeper.atRest();
  }

  /** Rebuilds the table's view from tab, search and sort. */
  choose(change: Partial<Pick<Ui, 'tab' | 'search' | 'sort'>> = {}): void {
    Object.assign(this.ui, change);
    if (!this.state) return;
    this.rows.choose(this.state, this.ui.tab, this.ui.search, this.ui.sort);
    if (Object.keys(change).length > 0) this.selection.keepOnly((job) => this.rows.rowOf(job) !== undefined);
    this.viewVersion += 1;
    this.mark(topic.view | topic.rows);
    this.keep();
  }

  /** Columns were hidden, shown or resized. */
  columnsChanged(): void {
    this.mark(topic.view);
    this.keepAtRest();
  }

  /** Takes the next step that the host has offered with the problem. */
  takeOffer(of: number): void {
    this.ask({ type: 'press', of });
  }

  dismissProblem(): void {
    this.problem = undefined;
    this.mark(topic.phase);
  }

  private ask(message: Unnumbered<Request>): void {
    this.request += 1;
    if (this.problem !== undefined) this.dismissProblem();
    this.problemsOf.add(this.request);
    this.keeper.flush();
    this.host.post({ ...message, request: this.request });
  }

  // ------------------------------------------------------------------------------------- what the host says

  private receive(message: ToPage): void {
    switch (message.type) {
      case 'batches':
        this.takeBatches(message);
        return;
      case 'plan':
        this.plan = message.plan.id === this.ui.batch ? message.plan : undefined;
        this.mark(topic.batches | topic.phase);
        return;
      case 'snapshot':
        this.snapshot(message);
        return;
      case 'events':
        if (message.batch === this.ui.batch) this.feed.events(message);
        return;
      case 'settings':
        this.settings = { ...this.settings, ...message.values };
        this.mark(topic.settings);
        return;
      case 'sources':
        this.sources = message.sources;
        this.takesOver = message.takesOver;
        this.outputFolder = message.outputFolder;
        this.mark(topic.sources);
        return;
      case 'act':
        if (message.action === 'hideColumn' || message.action === 'resetColumns') this.onHead(message.action);
        else this.onAct(message.action);
        return;
      case 'reveal':
        this.onReveal(message.job);
        return;
      case 'reply':
        if (!this.problemsOf.delete(message.request) || message.problem === undefined) return;
        this.problem = problemOf(message);
        this.mark(topic.phase);
        return;
    }
  }

  private takeBatches(message: Extract<ToPage, { type: 'batches' }>): void {
    this.met = true;
    this.batches = message.batches;
    if (message.current !== this.ui.batch) {
      // A page that shows its first batch has nothing to reset: it was restored, or is new.
      if (this.ui.batch === null) this.ui.batch = message.current;
      else this.openFresh(message.current);
      this.forget();
      this.keep();
    }
    const current = message.batches.find((head) => head.id === message.current);
    // Another window may release the batch while it is shown.
    if (current) this.owner = current.owner;
    this.mark(topic.batches | topic.phase);
  }

  /** Another batch opens on all its videos: tab and search were about the one before. */
  private openFresh(batch: string | null): void {
    const { hidden, widths, workersOpen, settingsOpen } = this.ui;
    Object.assign(this.ui, freshUi(batch), { hidden, widths, workersOpen, settingsOpen });
    delete this.ui.top;
    delete this.ui.active;
    delete this.ui.selected;
  }

  private forget(): void {
    this.state = undefined;
    this.plan = undefined;
    this.owner = undefined;
    this.resumed = undefined;
    this.resumedAt = undefined;
    this.problem = undefined;
    this.feed.forget();
    this.heldSince.clear();
    this.selection.clear();
    this.mark(topic.batches | topic.phase | topic.view | topic.rows | topic.workers | topic.quotas);
  }

  private snapshot(slice: Extract<ToPage, { type: 'snapshot' }>): void {
    if (this.ui.batch !== null && slice.batch !== this.ui.batch) return;
    this.ui.batch = slice.batch;
    this.met = true;
    if (slice.head && slice.seq === undefined) {
      if (slice.now !== undefined) this.skewMs = slice.now - Date.now();
      if (slice.resumed && !this.resumed) this.resumedAt = slice.head.phaseAt;
      this.resumed = slice.resumed;
      this.owner = slice.owner;
    }
    this.feed.snapshot(slice);
  }

  /** Shows a state: the first time when it has begun to come, and again when it is whole. */
  private adopt(state: BatchState): void {
    const first = this.state === undefined;
    this.state = state;
    this.versions.reset(state.jobs.length);
    this.rows.forget();
    this.parked.clear();
    this.notBegun.clear();
    // While a snapshot is on its way there are holes, which forEach passes over.
    if (state.counts.parked > 0 || state.byError['not-started'] !== undefined)
      state.jobs.forEach((job) => this.see(job));
    // A finished batch with failures opens on them.
    if (first && this.ui.top === undefined && state.phase === 'finished' && state.counts.failed > 0)
      this.ui.tab = 'failed';
    // The row with the focus before the page was hidden or reloaded has it again, with those selected beside it.
    const { active, selected } = this.ui;
    if (active !== undefined && this.selection.active === undefined && state.jobs[active])
      this.selection.only(active);
    // While slices are on their way the others may not be there yet.
    if (selected && !this.partial) {
      if (active !== undefined && this.selection.active === active)
        this.selection.restore(selected.filter((job) => state.jobs[job]));
      delete this.ui.selected;
    }
    this.holds();
    this.choose();
    this.mark(topic.batches | topic.phase | topic.workers | topic.quotas);
  }

  private fold(event: BatchEvent): void {
    const { state } = this;
    if (!state) return;
    const known = state.jobs.length;
    reduce(state, event);
    for (const index of rowsOf(event)) this.changed(state.jobs[index]);
    for (let index = known; index < state.jobs.length; index += 1) this.changed(state.jobs[index]);
    if (event.type === 'quotas') this.holds();
    this.mark(topicsOf[event.type]);
  }

  private changed(job: JobState | undefined): void {
    if (!job) return;
    const { index } = job;
    this.versions.changed(index);
    const parked = this.parked.count;
    this.see(job);
    // That the user is needed is shown immediately; the number follows with the next second.
    if ((parked === 0) !== (this.parked.count === 0)) this.mark(topic.phase);
    this.mark(this.rows.changed(job) ? topic.rows | topic.view : topic.rows);
  }

  /** Counts a job where the head asks for a number every second. */
  private see(job: JobState): void {
    this.parked.see(job);
    if (isNotBegun(job)) this.notBegun.set(job.index, job);
    else this.notBegun.delete(job.index);
  }

  private holds(): void {
    for (const quota of this.state?.quotas ?? []) {
      const rests = quota.blocked === true || quota.unreached === true;
      if (quota.heldUntil === undefined && !rests) this.heldSince.delete(quota.name);
      else if (!this.heldSince.has(quota.name)) this.heldSince.set(quota.name, this.now());
    }
  }
}

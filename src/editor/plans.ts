/**
 * What waits for the user's word on the panel: batches that are not started, and steps that must be agreed to.
 * Nothing of them is on disk, and closing the panel forgets them. Each question comes with its plan, so that a rule
 * that has something to ask adds a question and no door of its own. Knows nothing of VS Code.
 */
import type { BatchHandle } from '../engine/api';
import { formatCount } from '../model/numberWords';
import type { PlanView } from '../protocol';

export interface Plan extends Omit<PlanView, 'id'> {
  /**
   * Does it. `agreed`: the ids of the questions that the user has agreed to, those of kind `must` among them. Gives
   * the batch to show next. Throws what the user should see; the plan is still open then.
   */
  start(agreed: ReadonlySet<string>): Promise<BatchHandle | undefined>;
}

interface Open {
  readonly view: PlanView;
  readonly plan: Plan;
  /** It is being started: a second press does nothing. */
  starting: boolean;
}

const prefix = 'plan:';
export const isPlanId = (id: string | null): id is string => id?.startsWith(prefix) === true;

export class Plans {
  private readonly open_ = new Map<string, Open>();
  private count = 0;

  /** Shows a new plan. Set by the panel, as is the next. */
  opened: (id: string) => void = () => undefined;
  /** A plan has come or gone. */
  changed: () => void = () => undefined;

  /** The newest first. */
  get all(): readonly PlanView[] {
    return [...this.open_.values()].map(({ view }) => view).reverse();
  }

  byId(id: string): PlanView | undefined {
    return this.open_.get(id)?.view;
  }

  /** Asks for the user's word; it may never come. */
  open(plan: Plan): void {
    this.count += 1;
    const id = `${prefix}${this.count}`;
    const { name, total, text, lines, questions, yes } = plan;
    const view = { id, name, ...(total === undefined ? {} : { total }), text, lines, questions, yes };
    this.open_.set(id, { view, plan, starting: false });
    this.changed();
    this.opened(id);
  }

  /** The user says yes. Gives the batch to show next; undefined where there is none, or the plan is gone. */
  async start(id: string, checked: readonly string[]): Promise<BatchHandle | undefined> {
    const open = this.open_.get(id);
    if (!open || open.starting) return undefined;
    const { questions } = open.view;
    const agreed = questions.filter((one) => one.kind === 'must' || checked.includes(one.id));
    open.starting = true;
    try {
      const handle = await open.plan.start(new Set(agreed.map((one) => one.id)));
      this.forget(id);
      return handle;
    } finally {
      open.starting = false;
    }
  }

  forget(id: string): void {
    if (this.open_.delete(id)) this.changed();
  }

  forgetAll(): void {
    if (this.open_.size === 0) return;
    this.open_.clear();
    this.changed();
  }
}

/** More names than this are counted. */
const mostNamed = 100;

/** The details of a question: each by its name, as far as they can be read. */
export function named(names: readonly string[]): readonly string[] {
  const more = names.length - mostNamed;
  return more > 0 ? [...names.slice(0, mostNamed), `and ${formatCount(more)} more`] : names;
}

/** What `worker` shows: a line for each attempt, and where the cursor can move a line for each worker. */
import type { ClusterHelper } from '../cluster/helper';
import type { HelperEvents, HelperWork } from '../cluster/helperParts';
import type { Clock } from '../model/ports';
import { formatCount, formatElapsed, plural } from '../model/words';
import { quotaWords } from './addresses';
import { cut, padded } from './columns';
import type { Console } from './console';
import { plainText } from './screen';

const everyMs = 1_000;

export interface HelperPlace {
  readonly place: string;
  readonly machine: string;
  readonly workers: number;
  /** The name of the internet address that it shares. */
  readonly egress?: string;
}

export class HelperReport implements HelperEvents {
  private helper: ClusterHelper | undefined;
  private readonly counts = { transcript: 0, sound: 0, failure: 0, back: 0, lost: 0 };
  private cancel: (() => void) | undefined;
  private seq = 0;

  constructor(
    private readonly console: Console,
    private readonly clock: Clock,
  ) {}

  begin(helper: ClusterHelper, where: HelperPlace, sources: readonly string[]): void {
    const { place, machine, workers, egress } = where;
    this.helper = helper;
    const behind = egress === undefined ? {} : { egress };
    this.json('helper', { state: 'ready', machine, ...behind, redis: place, workers, sources });
    const address = egress === undefined ? '' : `, behind ${egress}`;
    this.console.words(
      `Helping through ${place} as ${machine}${address}: ${plural(workers, 'worker')}, ${sources.join(', ') || 'no source is ready'}. Ctrl-C hands back what runs.`,
    );
    this.draw();
  }

  began(work: HelperWork): void {
    this.json('attempt', { ...namesOf(work), status: 'running' });
  }

  ended(work: HelperWork, how: keyof HelperReport['counts'], why?: string): void {
    this.counts[how] += 1;
    const seconds = Math.max(0, this.clock.now() - work.since) / 1000;
    const said = why === undefined ? {} : { why };
    this.json('attempt', {
      ...namesOf(work),
      status: how,
      ...said,
      seconds: Math.round(seconds * 1000) / 1000,
    });
    if (this.console.quiet !== true) {
      const reason = why === undefined ? '' : `: ${plainText(why)}`;
      this.console.words(`${markOf[how]} ${titleOf(work)} (${work.offer.source}, for ${work.from})${reason}`);
    }
    this.show();
  }

  said(text: string): void {
    this.json('helper', { state: 'note', text });
    this.console.problem(plainText(text));
  }

  closing(): void {
    this.cancel?.();
    this.console.redraw?.('');
    const running = this.helper?.work.length ?? 0;
    // What is handed back is said in lines; nothing moves any more.
    this.helper = undefined;
    if (running > 0) this.console.words(`Handing back ${plural(running, 'attempt')}.`);
  }

  end(): void {
    this.json('helper', { state: 'ended', ...this.counts });
    this.console.words(`Ended: ${this.done().join(', ')}, ${formatCount(this.counts.back)} handed back.`);
  }

  /** How many attempts had which end. */
  private done(): readonly string[] {
    const { transcript, sound, failure } = this.counts;
    const sounds = sound === 0 ? [] : [plural(sound, 'sound')];
    return [plural(transcript, 'transcript'), ...sounds, `${formatCount(failure)} without one`];
  }

  private draw(): void {
    this.show();
    this.cancel = this.clock.after(everyMs, () => this.draw());
  }

  private show(): void {
    const { console, helper } = this;
    if (!console.redraw || !helper) return;
    const width = Math.max(20, Math.min(console.columns(), 120)) - 1;
    const now = this.clock.now();
    const quotas = helper
      .quotas()
      .filter(({ limit }) => limit > 0)
      .map((view) => quotaWords(view, now));
    const trouble = helper.trouble;
    const head = [...this.done(), ...quotas].join(' · ');
    const lines = [cut(head, width), ...(trouble === undefined ? [] : [cut(plainText(trouble), width)])];
    for (const work of helper.work) {
      const end = `${work.stage}${work.percent === undefined ? '' : ` ${Math.round(work.percent)} %`}  ${formatElapsed((now - work.since) / 1000)}`;
      const room = Math.max(11, width - 6 - end.length);
      lines.push(
        cut(`${String(work.worker).padStart(2)}  ${padded(cut(titleOf(work), room), room)}  ${end}`, width),
      );
    }
    console.redraw(lines.join('\n'));
  }

  private json(type: string, what: object): void {
    this.seq += 1;
    const time = new Date(this.clock.now()).toISOString();
    this.console.json?.(`${JSON.stringify({ type, seq: this.seq, time, ...what })}\n`);
  }
}

const markOf = { transcript: '✓', sound: '✓', failure: '✗', back: '↩', lost: '↩' } as const;

function titleOf({ offer }: HelperWork): string {
  return plainText(offer.meta.title ?? (offer.link.kind === 'youtube' ? offer.link.id : offer.link.url));
}

function namesOf({ offer, worker, from }: HelperWork): object {
  const { batch, row, source, link } = offer;
  return { batch_id: batch, row, id: link.id, url: link.url, source, worker, owner: from };
}

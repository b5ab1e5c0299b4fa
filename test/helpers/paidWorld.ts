/** A batch of paid videos whose process dies, and a paid stand-in that counts its bills. */
import assert from 'node:assert/strict';
import type { BatchHandle, StartRequest } from '../../src/engine/api';
import { createEngine } from '../../src/engine/engine';
import { journalName } from '../../src/engine/journal/journal';
import { failure } from '../../src/model/failure';
import { FakeSource, found, unlimited, videos, within, world } from './fakeEngine';
import type { World } from './fakeEngine';

export const count = 8;
const list = '/lists/paid.urls';
export const journal = `/out/paid/${journalName}`;

export class PaidWorld {
  /** A line for each submit that the service took. */
  readonly bills: string[] = [];
  private readonly dead: number[] = [];
  /** Submits are answered; false: the process dies before. */
  answers = true;
  readonly paid = new FakeSource(
    'deapi',
    async (request) => {
      const quote = { service: 'deapi', origin: 'https://x', cost: 1 } as const;
      let id = request.resume?.requestId;
      if (id === undefined) {
        if (!(await request.consent(quote))) return { consent: quote };
        await request.intent(quote);
        id = `r${this.bills.push(request.link.id)}`;
        if (!this.answers) return new Promise(() => undefined);
        await request.requestId(id);
      }
      if (!this.answers) return new Promise(() => undefined);
      const result = found(request);
      return 'transcript' in result ? { ...result, paid: { cost: 1, requestId: id } } : result;
    },
    true,
  );
  readonly free = new FakeSource('youtube', (request) =>
    Number(request.link.id.slice(-1)) % 2 === 0 ? found(request) : failure('no-captions', 'none'),
  );
  w: World = world({ sources: [this.paid] });

  request(more: Partial<StartRequest> = {}): StartRequest {
    const settings = {
      ...unlimited,
      sources: ['youtube', 'deapi'],
      workers: 4,
      'paid.maxCost': 1e6,
    } as const;
    return { name: 'paid', outputFolder: '/out', list, jobs: videos(count), settings, ...more };
  }

  /** Another process; the one before is dead. `machine`: as that computer. */
  again(machine?: string): void {
    this.w.files.crash();
    const next = this.w.another(200 + this.dead.length);
    this.dead.push(this.w.processes.own.pid);
    for (const pid of this.dead) next.processes.dead.add(pid);
    const id = machine ?? this.w.parts.machine.id;
    const parts = { ...next.parts, machine: { ...next.parts.machine, id } };
    this.w = { ...next, parts, engine: createEngine(parts) };
  }

  async run(more: Partial<StartRequest> = {}): Promise<BatchHandle> {
    const batch = await within(this.w.clock, this.w.engine.start(this.request(more)));
    await within(this.w.clock, batch.settled());
    return batch;
  }

  /** Starts it, and dies while four submits are under way. */
  async killed(): Promise<void> {
    this.answers = false;
    await within(this.w.clock, this.w.engine.start(this.request()));
    await this.w.clock.advanceUntil(() => this.bills.length === 4, 10_000);
    this.answers = true;
    this.again();
  }

  get twice(): number {
    return this.bills.length - new Set(this.bills).size;
  }

  /** One byte of the journal is another: the `at`th of its `line`th line. */
  flip(line: number, at: number): void {
    const node = this.w.files.files.get(journal);
    assert.ok(node);
    let from = 0;
    for (let seen = 0; seen <= line; seen += 1) from = node.content.indexOf('\n', from) + 1;
    const bytes = Buffer.from(node.content);
    bytes[from + at] = (bytes[from + at] ?? 0) ^ 1;
    node.content = bytes;
    node.flushed = bytes.length;
  }
}

export const codes = (batch: BatchHandle): readonly (string | undefined)[] =>
  batch.state.jobs.map((job) => (job.status === 'completed' ? 'done' : job.failure?.code));

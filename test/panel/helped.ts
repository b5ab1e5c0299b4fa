/** What a batch has of machines that help it: a few with names and addresses, or as many as there may be. */
import type { BatchEvent, HelperView, QuotaView } from '../../src/model/events';

type Helping = readonly [name: string, workers: number, egress?: string];

const few: readonly Helping[] = [
  ['gpu-box', 2],
  ['desk-4', 3, 'office'],
  ['desk-5', 3, 'office'],
];
const many = Array.from({ length: 50 }, (_, at): Helping => [`node-${String(at + 1).padStart(2, '0')}`, 20]);

function youtube(used: number, more: Partial<QuotaView>): QuotaView {
  const history = Array.from({ length: 24 }, (_, column) =>
    Math.min(0.95, (used / 300) * (0.3 + column / 30)),
  );
  return { name: 'youtube', limit: 300, allowed: 285, used, unit: 'hour', history, ...more };
}

/** The last minutes of their workers, from the row `first` on of `rows`; one of their addresses is held. */
export function helped(
  name: 'machines' | 'manyMachines',
  first: number,
  rows: number,
  now: number,
): BatchEvent[] {
  const events: BatchEvent[] = [];
  let job = first;
  let lane = 21;
  const started = (at: number, worker: number): void => {
    events.push({ type: 'job-started', at, job, worker, attempt: 1 });
    events.push({ type: 'stage', at: at + 2000, job, stage: 'fetching', source: 'youtube' });
  };
  const helpers = (name === 'machines' ? few : many).map(([machine, count, egress], at): HelperView => {
    const workers = Array.from({ length: count }, (_, worker) => lane + worker);
    lane += count;
    for (const worker of workers) {
      if (job >= rows) break;
      for (let time = now - 200_000 + ((worker * 7) % 20) * 1000; time < now - 20_000; time += 14_000) {
        started(time, worker);
        events.push({ type: 'stage', at: time + 6000, job, stage: at === 0 ? 'transcribing' : 'writing' });
        events.push({ type: 'job-left', at: time + 11_000, job });
      }
      if (worker % 4 === 3) continue;
      started(now - 8000, worker);
      job += 1;
    }
    const held = egress === 'office' || at === 2 ? { heldUntil: now + 600_000 } : {};
    const quotas = [youtube(60 + ((at * 37) % 200), held)];
    return { name: machine, workers, quotas, ...(egress === undefined ? {} : { egress }) };
  });
  return [...events, { type: 'helpers', at: now, helpers }];
}

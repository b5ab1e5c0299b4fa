/** The helpers that an owner sees: what they take, the lanes they have in the panel, and those it cannot work with. */
import type { HelperView } from '../model/events';
import type { Clock, Log } from '../model/ports';
import { quotasOf, type Lane } from './lanes';
import { protocolVersion, readAnyCard, readHelper, type HelperCard } from './messages';

/** Above the workers of this process, which are 20 at most. */
const firstLane = 21;
/** Lanes of all helpers together. */
const mostLanes = 2_000;
/** For so long a source that helpers alone have is waited for once they are gone. */
const missedMs = 10 * 60_000;
/** A helper whose card is late is still one for so long. */
const graceMs = 5_000;

interface Known {
  card: HelperCard;
  seenAt: number;
  readonly first: number;
  /** Its machine's name; of a second helper of that name "gpu-box (2)", for as long as it is known. */
  readonly name: string;
}

export class HelperBook {
  private readonly known = new Map<string, Known>();
  /** Helpers of other versions, as they are told of. */
  private others: readonly string[] = [];
  private readonly told = new Set<string>();
  /** Sources that any helper has had, and when last: one that is gone may come back, and what waits for it waits. */
  private readonly served = new Map<string, number>();

  constructor(private readonly parts: { readonly clock: Clock; readonly log: Log }) {}

  /** The cards that are there now. */
  read(cards: readonly unknown[]): void {
    const now = this.parts.clock.monotonic();
    const others: string[] = [];
    for (const value of cards) {
      const any = readAnyCard(value);
      if (!any) continue;
      if (any.v !== protocolVersion) {
        others.push(versionsDiffer(any.name, any.v));
        continue;
      }
      const card = readHelper(value);
      if (card) this.see(card, now);
    }
    for (const [id, { seenAt }] of this.known) if (now - seenAt > graceMs) this.known.delete(id);
    this.others = others;
    for (const text of others) this.tell(text);
  }

  knows(helper: string | undefined): boolean {
    return helper !== undefined && this.known.has(helper);
  }

  hasServed(source: string): boolean {
    return this.parts.clock.monotonic() - (this.served.get(source) ?? -Infinity) < missedMs;
  }

  /** How many attempts of the lane the helpers can run at once, without those whose address is blocked for it. */
  workersOn(lane: Lane): number {
    let workers = 0;
    for (const { card } of this.known.values())
      if (card.lanes.includes(lane) && !isBlocked(card, lane)) workers += card.workers;
    return workers;
  }

  /** The number of a helper's worker among all lanes; undefined: it is no helper that is known. */
  laneOf(helper: string, worker: number): number | undefined {
    const known = this.known.get(helper);
    return known && worker <= known.card.workers ? known.first + worker - 1 : undefined;
  }

  /** What it is called everywhere; undefined: it is no helper that is known. */
  nameOf(helper: string): string | undefined {
    return this.known.get(helper)?.name;
  }

  views(): readonly HelperView[] {
    return [...this.known.values()]
      .sort((a, b) => a.first - b.first)
      .map(({ card, first, name }) => ({
        name,
        ...(card.egress === undefined ? {} : { egress: card.egress }),
        workers: Array.from({ length: card.workers }, (_, at) => first + at),
        quotas: card.quotas,
        ...(card.trouble === undefined ? {} : { trouble: card.trouble }),
      }));
  }

  trouble(): string | undefined {
    return this.others[0];
  }

  private see(card: HelperCard, seenAt: number): void {
    for (const lane of card.lanes) this.served.set(lane.replace(/\.youtube$/, ''), seenAt);
    const known = this.known.get(card.id);
    if (known?.card.workers === card.workers) {
      known.card = card;
      known.seenAt = seenAt;
      return;
    }
    const first = this.freeFrom(card.workers);
    if (first === undefined) return;
    this.known.set(card.id, { card, seenAt, first, name: known?.name ?? this.freeName(card.name) });
  }

  /** Two computers may have one host name, and one computer may run two helpers. */
  private freeName(host: string): string {
    const taken = new Set([...this.known.values()].map(({ name }) => name));
    let name = host;
    for (let count = 2; taken.has(name); count += 1) name = `${host} (${count})`;
    return name;
  }

  /** So many lanes in a row that nobody has. */
  private freeFrom(count: number): number | undefined {
    const taken = [...this.known.values()].sort((a, b) => a.first - b.first);
    let at = firstLane;
    for (const { first, card } of taken) {
      if (first - at >= count) break;
      at = Math.max(at, first + card.workers);
    }
    return at + count > firstLane + mostLanes ? undefined : at;
  }

  private tell(text: string): void {
    if (this.told.has(text)) return;
    this.told.add(text);
    this.parts.log.write('warn', text);
  }
}

/** Until its next probe is due. */
function isBlocked({ quotas }: HelperCard, lane: Lane): boolean {
  const names: readonly string[] = quotasOf(lane);
  return quotas.some(
    ({ name, blocked, nextAt }) => blocked === true && nextAt !== undefined && names.includes(name),
  );
}

/** What an owner says of a helper that speaks another version. */
function versionsDiffer(helper: string, version: number): string {
  const older = version < protocolVersion ? 'helper' : 'owner';
  return `Helper ${helper} speaks version ${version} of the cluster's protocol, this owner version ${protocolVersion}: they do not work together. Update the ${older}.`;
}

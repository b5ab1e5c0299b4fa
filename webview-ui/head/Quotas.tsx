/** One figure a quota: its use over time under the line of what may be used, and what comes next. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { maybeCharged } from '../../src/engine/state/charges';
import type { BatchState } from '../../src/engine/state/reducer';
import { costWords, formatMoney } from '../../src/model/costWords';
import type { QuotaView } from '../../src/model/events';
import {
  formatCount,
  formatDuration,
  formatTime,
  plural,
  capitalised,
  serviceLabel,
  serviceName,
  thinSpace,
  untilWords,
} from '../../src/model/words';
import { byAddress, summed, type AddressQuota } from '../../src/model/helperWords';
import { sharingWords } from '../../src/model/paceWords';
import { splitQuota } from '../../src/model/quotaNames';
import { topic } from '../store/store';
import { fit, onTheme, theme } from '../shared/theme';
import { useStore } from '../store/useStore';

const unitShort = { minute: 'min', hour: 'h', day: 'day' } as const;

export function Quotas(): JSX.Element | null {
  const store = useStore(topic.second | topic.quotas | topic.phase);
  const { state } = store;
  if (!state) return null;
  const over = state.phase === 'finished';
  const used = figuresOf(state);
  const many = !over && used.length > 2 ? ' many' : '';
  const far = !over && used.some(({ at }) => at !== undefined) ? ' far' : '';
  return (
    <div class={`row quotas${over ? '' : ' figures'}${many}${far}`}>
      {over
        ? took(state).map((words) => (
            <span key={words} class="dim q">
              {words}
            </span>
          ))
        : used.map(({ view, at }) => (
            <Quota
              key={`${view.name} ${at}`}
              quota={view}
              at={at ?? (far === '' ? undefined : 'here')}
              now={store.now()}
              paused={state.phase !== 'running'}
            />
          ))}
      <span class="grow" />
      {!over && state.pace?.by.kind === 'memory' && state.memoryMB !== undefined && (
        <span class="dim q row wide">
          {formatCount(state.memoryMB)} MB&ensp;CPU {Math.round(state.cpuPercent ?? 0)}
          {thinSpace}%
        </span>
      )}
    </div>
  );
}

/** More figures than these are added up, one a quota: 50 addresses say less than their sum. */
const mostFigures = 6;

function figuresOf({ quotas, helpers }: BatchState): readonly AddressQuota[] {
  const all = byAddress(quotas, helpers).filter(({ view }) => inUse(view));
  return all.length > mostFigures ? summed(all) : all;
}

const inUse = (quota: QuotaView): boolean =>
  quota.limit > 0 &&
  (quota.used > 0 ||
    quota.shared?.away === true ||
    quota.heldUntil !== undefined ||
    quota.blocked === true ||
    quota.unreached === true ||
    quota.history.some((use) => use > 0));

/** What the batch took, once it is over. */
function took(state: BatchState): string[] {
  const words = [plural(state.requests, 'request')];
  for (const [source, count] of Object.entries(state.bySource))
    words.push(`${serviceLabel(source)} ${plural(count, 'video')}`);
  if (state.cost > 0) words.push(`${formatMoney(state.cost)} paid`);
  const maybe = costWords(0, maybeCharged(state));
  if (maybe !== '') words.push(`${maybe} may have been charged as well`);
  if (state.rateLimited > 0) words.push(`asked to slow down ${formatCount(state.rateLimited)}×`);
  if (state.retries > 0) words.push(plural(state.retries, 'retry', 'retries'));
  return words;
}

/** "deAPI prices", "YouTube", "example.org": the service by its name, and which of its requests are counted. */
function quotaLabel(quota: QuotaView): string {
  const { rest } = splitQuota(quota.name);
  const service = nameOf(quota);
  const part = { submit: 'jobs', poll: 'results', price: 'prices' }[rest];
  return part === undefined ? capitalised(service) : `${service} ${part}`;
}

const nameOf = ({ name, service }: QuotaView): string => service ?? serviceName(name);

/** Why it is below what the user has set. */
function lowered(quota: QuotaView): string {
  const { set } = quota;
  return set === undefined ? '' : `; lowered by ${nameOf(quota)}’s answer (set: ${formatCount(set)})`;
}

/** Other machines that use it as well. */
function shared(quota: QuotaView): string {
  const words = sharingWords(quota.shared);
  return words === undefined ? '' : `; ${words}`;
}

function next(quota: QuotaView, now: number, paused: boolean): string {
  if (quota.blocked === true) return 'blocked';
  if (quota.unreached === true) return 'no connection';
  if (quota.heldUntil !== undefined && quota.heldUntil > now)
    return `held ${untilWords(quota.heldUntil, now)}`;
  if (!paused && quota.shared?.away === true) return 'Redis is away';
  if (paused || quota.nextAt === undefined || quota.nextAt <= now) return '';
  return quota.nextAt - now > 60_000
    ? `next at ${formatTime(quota.nextAt, now)}`
    : `next in ${formatDuration(Math.max(1000, quota.nextAt - now))}`;
}

function Quota(props: {
  readonly quota: QuotaView;
  /** Whose it is, where there are several addresses. */
  readonly at: string | undefined;
  readonly now: number;
  readonly paused: boolean;
}): JSX.Element {
  const { quota, at, now } = props;
  const held =
    quota.blocked === true ||
    quota.unreached === true ||
    (quota.heldUntil !== undefined && quota.heldUntil > now);
  const what = next(quota, now, props.paused);
  const words = `${capitalised(nameOf(quota))}${at === undefined ? '' : `, ${at}`}: ${formatCount(quota.used)} of ${formatCount(quota.limit)} ${quota.unit === 'day' ? 'today' : `this ${quota.unit}`}; at most ${formatCount(quota.allowed)} are used${lowered(quota)}${shared(quota)}`;
  return (
    <span class={held ? 'row q held' : 'row q'} title={words}>
      <span class={at === undefined ? 'cut' : 'cut whose'}>
        <span class="cut">{quotaLabel(quota)}</span>
        {at !== undefined && (
          <>
            {' '}
            <span class="cut dim">
              <bdi>{at}</bdi>
            </span>
          </>
        )}
      </span>
      <Figure quota={quota} held={held} words={words} />
      <span class="us">
        <span>{formatCount(quota.used)}</span>
        <span class="dim brief">
          /{formatCount(quota.limit)} {unitShort[quota.unit]}
        </span>
        <span class="dim full">
          {' '}
          of {formatCount(quota.limit)} {quota.unit === 'day' ? 'today' : `this ${quota.unit}`}
        </span>
      </span>
      <span class={held ? 'to' : 'to dim'}>{what}</span>
      {quota.set !== undefined && (
        <span class="dim wide">
          lowered by {nameOf(quota)}’s answer (set: {formatCount(quota.set)})
        </span>
      )}
    </span>
  );
}

/** 24 columns of 4 px; the line on top is what may be used, the bright last column is now. */
function Figure(props: {
  readonly quota: QuotaView;
  readonly held: boolean;
  readonly words: string;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { quota, held } = props;
  useEffect(() => {
    const draw = (): void => {
      if (canvas.current) drawFigure(canvas.current, quota, held);
    };
    draw();
    return onTheme(draw);
  }, [quota, held]);
  return <canvas ref={canvas} role="img" aria-label={props.words} />;
}

function drawFigure(canvas: HTMLCanvasElement, quota: QuotaView, held: boolean): void {
  const fitted = fit(canvas);
  if (!fitted) return;
  const { g, width, height } = fitted;
  const { colour } = theme();
  const top = 2;
  const ceiling = quota.limit === 0 ? 1 : Math.min(1, quota.allowed / quota.limit);
  const { history } = quota;
  // A narrow panel shows less of the past.
  const columns = Math.min(24, Math.floor((width + 1) / 5));
  for (let column = 0; column < columns; column += 1) {
    const use = history[history.length - columns + column] ?? 0;
    const last = column === columns - 1;
    const tall = Math.max(1, Math.round(Math.min(1, use / ceiling) * (height - top - 1)));
    g.fillStyle = held && use === 0 ? colour.wait : last ? colour.fg : colour.faint;
    g.fillRect(column * 5, height - tall, 4, tall);
  }
  g.fillStyle = held ? colour.wait : colour.dim;
  if (!held) g.fillRect(0, top - 1, width, 1);
  else for (let x = 0; x < width; x += 5) g.fillRect(x, top - 1, 3, 1);
}

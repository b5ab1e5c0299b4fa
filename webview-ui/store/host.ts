/**
 * The only door to VS Code: acquires its API once, and passes on only checked messages. Tests put
 * their own `acquireVsCodeApi` on the window, which is all that a fake host needs.
 */
import { isPlain, type Plain } from '../../src/model/plain';
import type { FromPage, ToPage } from '../../src/protocol';

export interface Host {
  post(message: FromPage): void;
  /** The last value given to `keep` before the page was hidden, reloaded or restored; unchecked. */
  kept(): unknown;
  keep(state: unknown): void;
  onMessage(listener: (message: ToPage) => void): void;
}

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

export function connectHost(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => api.postMessage(message),
    kept: () => api.getState(),
    keep: (state) => api.setState(state),
    onMessage: (listener) => {
      window.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = readMessage(event.data);
        if (message) listener(message);
      });
    },
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0;

/**
 * The shape that makes a message safe to fold: its kind, numbers and lists. Rows are looked at when they are
 * unpacked.
 */
const checks: Readonly<Record<ToPage['type'], (message: Plain) => boolean>> = {
  batches: (m) => Array.isArray(m.batches) && (m.current === null || isText(m.current)),
  snapshot: (m) =>
    isText(m.batch) &&
    isCount(m.snapshot) &&
    isCount(m.total) &&
    m.rows instanceof Uint8Array &&
    (m.head === undefined || isPlain(m.head)) &&
    (m.seq === undefined || isCount(m.seq)),
  events: (m) => isText(m.batch) && isCount(m.seq) && Array.isArray(m.events),
  settings: (m) => isPlain(m.values),
  sources: (m) => Array.isArray(m.sources) && isText(m.outputFolder),
  plan: (m) =>
    isPlain(m.plan) &&
    isText(m.plan.id) &&
    isText(m.plan.text) &&
    Array.isArray(m.plan.lines) &&
    Array.isArray(m.plan.questions),
  act: (m) => isText(m.action),
  reveal: (m) => isCount(m.job),
  reply: (m) =>
    isCount(m.request) &&
    (m.problem === undefined || isText(m.problem)) &&
    (m.next === undefined || isText(m.next)),
};

function isMessage(data: unknown): data is ToPage {
  if (!isPlain(data) || !isText(data.type) || !Object.hasOwn(checks, data.type)) return false;
  return checks[data.type as ToPage['type']](data);
}

function readMessage(data: unknown): ToPage | undefined {
  return isMessage(data) ? data : undefined;
}

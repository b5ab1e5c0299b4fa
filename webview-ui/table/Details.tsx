/** A row's details: one line an attempt, what goes on now, then links and file. */
import type { JSX } from 'preact';
import type { JobState } from '../../src/engine/state/reducer';
import { serviceLabel } from '../../src/model/words';
import { Link } from '../shared/controls';
import { NextLink, reasonOf } from '../shared/NextLink';
import { entries, linkLines } from './detailLines';
import { failureWords, sourceOf } from '../shared/jobWords';
import { fromStep, perform } from '../store/steps';
import type { PanelStore } from '../store/store';

function clock(at: number | undefined): string {
  return at === undefined ? '' : new Date(at).toTimeString().slice(0, 8);
}

export function Details(props: {
  readonly store: PanelStore;
  readonly job: JobState;
  readonly lines: number;
  readonly now: number;
  readonly narrow: boolean;
  /** Of the row with the focus: its links are reached with Tab. */
  readonly active: boolean;
}): JSX.Element {
  const { store, job, now } = props;
  const tabIndex = props.active ? 0 : -1;
  const all = entries(store.state, job, now);
  const shown = all.slice(-Math.max(1, props.lines - linkLines(props.narrow)));
  const words = failureWords(store.state, job, now);
  const sentence = words ? reasonOf(words) : '';
  const step = words?.step && fromStep(words.step, sourceOf(job.failure, job.source));
  // The head of its group has the next step, except where each has a line of its own.
  const inHead = store.rows.grouped && job.status === 'failed' && step?.do !== 'rows';
  const file = job.files?.[0] ?? job.skip?.file;
  const act = (action: Parameters<PanelStore['rowAction']>[0]) => () => store.rowAction(action, [job.index]);
  return (
    <div class="inner">
      {shown.map((entry, index) => (
        <div key={index} class="line">
          <span class="dim">{clock(entry.at)}</span>
          <span class="cut">{serviceNameOr(entry.source)}</span>
          <span class="cut" title={`${entry.what} ${entry.more}`}>
            {entry.what}
            <span class="dim">&ensp;{entry.more}</span>
          </span>
        </div>
      ))}
      <div class="line links">
        {words && step && !inHead && (
          <NextLink
            words={words}
            brief={props.narrow}
            tabIndex={tabIndex}
            onClick={() => perform(store, step, [job.index])}
          />
        )}
        {file !== undefined && (
          <Link tabIndex={tabIndex} onClick={act('openTranscript')}>
            Open transcript
          </Link>
        )}
        <Link tabIndex={tabIndex} onClick={act('openVideo')}>
          Open video
        </Link>
        <Link tabIndex={tabIndex} onClick={act('showLog')}>
          Show log
        </Link>
        {job.status === 'failed' && store.state?.phase === 'finished' && (
          <Link tabIndex={tabIndex} onClick={act('openReport')}>
            Open report
          </Link>
        )}
        <span class="dim cut" title={file ?? sentence}>
          {file ?? (sentence === '' ? job.link.url : sentence)}
        </span>
      </div>
    </div>
  );
}

const serviceNameOr = (source: string): string =>
  source === '' ? '' : source === 'youtube' ? 'youtube' : serviceLabel(source);

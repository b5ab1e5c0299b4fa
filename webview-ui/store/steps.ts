/** Turns the next step of a failure's words into what the page does when it is clicked. */
import type { SourceId } from '../../src/model/transcript';
import type { Step } from '../../src/model/words';
import type { SettingName } from '../../src/model/settings';
import type { Quote } from '../../src/model/source';
import type { BatchAction, NextStep, RowAction } from '../../src/protocol';
import type { PanelStore } from './store';

/** What a link in the sentence, a row or a group does. */
export type Deed =
  | {
      readonly do: 'step';
      readonly step: NextStep;
      readonly setting?: SettingName;
      /** Whose key or account it is about. */
      readonly source?: SourceId;
    }
  | { readonly do: 'batch'; readonly action: BatchAction }
  | { readonly do: 'agree'; readonly consent: Pick<Quote, 'service' | 'origin' | 'cost'> }
  | { readonly do: 'workers'; readonly workers: number }
  | { readonly do: 'retry' }
  | { readonly do: 'rows'; readonly action: RowAction }
  /** What the answer to a request has offered. */
  | { readonly do: 'press'; readonly request: number }
  | { readonly do: 'dismiss' };

/** `source`: whose key or account the step is about. */
export function fromStep(step: Step, source?: SourceId): Deed {
  switch (step.action) {
    case 'retry':
      return { do: 'retry' };
    case 'resume':
      return { do: 'batch', action: 'resume' };
    case 'openFolder':
      return { do: 'batch', action: 'openFolder' };
    case 'goToLine':
    case 'removeLine':
      return { do: 'rows', action: step.action };
    case 'openSettings':
      // The host knows which languages there are.
      if (step.setting === 'languages') return { do: 'rows', action: 'addLanguage' };
      return { do: 'step', step: step.action, ...(step.setting ? { setting: step.setting } : {}) };
    default:
      return {
        do: 'step',
        step: step.action,
        ...(step.setting ? { setting: step.setting } : {}),
        ...(source ? { source } : {}),
      };
  }
}

/** Does it; `jobs` are those that a retry means. */
export function perform(store: PanelStore, deed: Deed, jobs: readonly number[] = []): void {
  switch (deed.do) {
    case 'step': {
      store.nextStep(deed.step, {
        ...(deed.setting ? { setting: deed.setting } : {}),
        ...(deed.source ? { source: deed.source } : {}),
      });
      return;
    }
    case 'batch': {
      store.batchAction(deed.action);
      return;
    }
    case 'agree': {
      store.batchAction('agree', deed.consent);
      return;
    }
    case 'workers': {
      store.changeSetting('workers', deed.workers);
      return;
    }
    case 'retry': {
      if (jobs.length > 0) store.rowAction('retry', jobs);
      else store.batchAction('retryFailed');
      return;
    }
    case 'rows': {
      store.rowAction(deed.action, jobs);
      return;
    }
    case 'press': {
      store.takeOffer(deed.request);
      return;
    }
    case 'dismiss': {
      store.dismissProblem();
      return;
    }
  }
}

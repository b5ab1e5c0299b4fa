/**
 * A batch that is not started, or another step that waits for the user's word: what will happen, how long it takes
 * and why, what it may cost, and what is asked. One button starts it; nothing of it is on disk before.
 */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { PlanQuestion, PlanView } from '../src/protocol';
import { formatCount } from '../src/model/words';
import { Batches } from './head/Batches';
import { Button, Checkbox, Icon } from './shared/controls';
import { Offer } from './head/Offer';
import { topic } from './store/store';
import { useStore } from './store/useStore';

export function NotStarted({ plan }: { readonly plan: PlanView }): JSX.Element {
  const store = useStore(topic.phase | topic.batches);
  const optional = plan.questions.filter(({ kind }) => kind === 'ok');
  const [agreed, setAgreed] = useState<readonly string[]>(
    optional.filter((question) => question.agreed).map(({ id }) => id),
  );
  const tools = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // One press of Enter starts it, once the user is on the page.
    const button = tools.current?.querySelector('vscode-button');
    if (document.hasFocus() && button instanceof HTMLElement) button.focus();
  }, []);
  const change = (id: string, on: boolean): void =>
    setAgreed(on ? [...agreed, id] : agreed.filter((one) => one !== id));
  return (
    <main class="plan" aria-labelledby="plan-text" data-focus=".tb">
      <h1 class="hidden">{plan.name}</h1>
      <header class="head">
        <div class="row bar1">
          <Batches />
        </div>
        <div class="row sum">
          <b>Not started</b>
          {plan.total !== undefined && (
            <span class="dim">{plan.total === 1 ? '1 link' : `${formatCount(plan.total)} links`}</span>
          )}
        </div>
      </header>
      <div class="body">
        <p id="plan-text" class="say">
          {plan.text}
        </p>
        {plan.lines.map((line) => (
          <p key={line} class="dim">
            {line}
          </p>
        ))}
        {plan.questions.map((question) => (
          <Question
            key={question.id}
            question={question}
            agreed={agreed.includes(question.id)}
            onChange={(on) => change(question.id, on)}
          />
        ))}
        {store.problem !== undefined && (
          <p class="row problem" role="alert">
            <Icon name="warning" tone="wait" />
            <span>{store.problem.text}</span>
            <Offer store={store} />
          </p>
        )}
        <div ref={tools} class="row tools" role="toolbar" aria-label="Not started">
          <Button primary icon="play" label={plan.yes} onClick={() => store.answerPlan('start', agreed)} />
          <Button label="Not Now" onClick={() => store.answerPlan('forget')} />
        </div>
      </div>
    </main>
  );
}

/** What must be agreed to is said; what may be left out has a box. Long lists of names scroll in their place. */
function Question(props: {
  readonly question: PlanQuestion;
  readonly agreed: boolean;
  readonly onChange: (agreed: boolean) => void;
}): JSX.Element {
  const { question, agreed } = props;
  const { words, details } = question;
  return (
    <section class="ask" aria-label={words}>
      {question.kind === 'must' ? (
        <div class="row must">
          <Icon name="warning" tone="wait" />
          <span>{words}</span>
        </div>
      ) : (
        <Checkbox label={words} checked={agreed} onChange={props.onChange} />
      )}
      {details.length > 0 && (
        <ul class="names" tabIndex={0} aria-label={`${words}: ${details.length} names`}>
          {details.map((detail, at) => (
            <li key={at}>{detail}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** The first thing a new user sees: what to do, and what this computer can do already. */
import type { JSX } from 'preact';
import { Button, Icon, Link } from './shared/controls';
import { Offer } from './head/Offer';
import { topic } from './store/store';
import { useStore } from './store/useStore';

export function Empty(): JSX.Element {
  const store = useStore(topic.sources | topic.phase);
  return (
    <main class="empty" data-focus=".tb">
      <h1>Turn links into transcripts</h1>
      <p>
        Paste links into this tab, drop a list on it, or right-click links in any editor. Each video becomes a
        Markdown file in{' '}
        {store.outputFolder === '' ? (
          'a folder that you choose'
        ) : (
          <>
            the folder <span class="strong">{store.outputFolder}</span>
          </>
        )}
        .
      </p>
      <Button primary label="Transcribe Links…" onClick={() => store.nextStep('transcribeLinks')} />
      <div class="alt">
        <Link onClick={() => store.nextStep('transcribeList')}>Choose a list file…</Link>
        <Link onClick={() => store.nextStep('transcribeClipboard')}>From the clipboard</Link>
      </div>
      {store.problem !== undefined && (
        <p class="row problem" role="alert">
          <Icon name="warning" tone="wait" />
          <span>{store.problem.text}</span>
          <Offer store={store} />
        </p>
      )}
      {store.sources.length > 0 && (
        <>
          <h2>Sources on this computer</h2>
          {store.sources.map((source) => {
            const { step } = source;
            return (
              <div key={source.id} class="src">
                <Icon name={source.ready ? 'check' : 'circle-outline'} tone={source.ready ? 'ok' : 'faint'} />
                <span>{source.id}</span>
                <span class="dim">{source.detail}</span>
                {step && (
                  <Link
                    onClick={() =>
                      store.nextStep(step.step, {
                        source: source.id,
                        ...(step.setting ? { setting: step.setting } : {}),
                      })
                    }
                  >
                    {step.words}
                  </Link>
                )}
              </div>
            );
          })}
        </>
      )}
    </main>
  );
}

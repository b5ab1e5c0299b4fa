/** The page's entry: connects to the host, and puts the panel on the page. */
import { render } from 'preact';
import { App } from './App';
import { startClock } from './store/clock';
import { connectHost } from './store/host';
import { PanelStore, topic } from './store/store';
import { keepFocus } from './shared/focusKeeper';
import { watchTheme } from './shared/theme';
import { loadToolkit } from './shared/toolkit';
import { afterPaint } from './store/turns';
import { StoreProvider } from './store/useStore';
import './styles/base.css';
import './styles/controls.css';
import './styles/head.css';
import './styles/workers.css';
import './styles/table.css';
import './styles/details.css';
import './styles/settings.css';
import './styles/empty.css';
import './styles/plan.css';
import './styles/narrow.css';

// While the rows are on their way, so that the icons are there with the first of them.
void document.fonts.load('16px codicon');
watchTheme();
const store = new PanelStore(connectHost());
const root = document.getElementById('root') ?? document.body.appendChild(document.createElement('div'));
root.classList.add('root');
keepFocus(root);
render(
  <StoreProvider value={store}>
    <App />
  </StoreProvider>,
  root,
);
startClock(store);
store.start();

/** A host that takes longer for its first answer, ms, leaves time for the toolkit. */
const hostMs = 100;
let isLoading = false;
const unlisten = store.subscribe(topic.batches, () => {
  if (store.isShown) afterPaint(load);
});
setTimeout(load, hostMs);
function load(): void {
  if (isLoading) return;
  isLoading = true;
  unlisten();
  loadToolkit(root.dataset.toolkit ?? '');
}

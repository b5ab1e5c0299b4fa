/** The page: the empty view or a batch, the drop zone around it, and the announcements for a screen reader. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Announcer } from './shared/announce';
import { Empty } from './Empty';
import { Head } from './head/Head';
import { NotStarted } from './NotStarted';
import { Quotas } from './head/Quotas';
import { SettingsStrip } from './settings/SettingsStrip';
import { topic, type PanelStore } from './store/store';
import { Table } from './table/Table';
import { TableModel } from './table/tableModel';
import { Tabs } from './head/Tabs';
import { useStore } from './store/useStore';
import { Workers } from './workers/Workers';

export function App(): JSX.Element {
  const store = useStore(topic.batches);
  const table = useMemo(() => new TableModel(store), [store]);
  const [over, setOver] = useState(false);
  // There is no batch, or no readable one.
  const empty = store.met && store.ui.batch === null;
  useEffect(() => listenForPaste(store), [store]);
  const wide = (store.state?.jobs.length ?? 0) >= 100_000;
  return (
    <div
      class={wide ? 'app wide-numbers' : 'app'}
      onDragOver={(event) => {
        if (!hasList(event.dataTransfer)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event) => {
        if (!hasList(event.dataTransfer)) return;
        event.preventDefault();
        setOver(false);
        void drop(store, event.dataTransfer);
      }}
    >
      {empty ? (
        <Empty />
      ) : store.plan ? (
        <NotStarted key={store.plan.id} plan={store.plan} />
      ) : (
        <Batch store={store} table={table} />
      )}
      {over && (
        <div class="dropzone" aria-hidden="true">
          <span>Drop a list or links to transcribe them</span>
        </div>
      )}
      <LiveRegion />
    </div>
  );
}

function Batch({ store, table }: { readonly store: PanelStore; readonly table: TableModel }): JSX.Element {
  // Until the first slice arrives only the head is shown, so that nothing jumps.
  const has = store.state !== undefined;
  return (
    <main class="batch" aria-busy={!has} data-focus=".say">
      <h1 class="hidden">{store.state?.name}</h1>
      <Head />
      {has && (
        <>
          <Quotas />
          <Workers onShow={(job) => table.reveal(job)} />
          <section class="videos" aria-label="Videos" data-focus="#videos">
            <Tabs onLeaveSearch={() => table.grid.current?.focus()} />
            <Table model={table} />
          </section>
          <SettingsStrip />
        </>
      )}
    </main>
  );
}

function LiveRegion(): JSX.Element {
  const store = useStore(topic.second | topic.phase);
  const announcer = useMemo(() => new Announcer(), []);
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const words = store.state ? announcer.next(store.state, store.now()) : '';
    if (words !== '' && region.current) region.current.textContent = words;
  });
  return <div ref={region} class="hidden" role="status" aria-live="polite" />;
}

const hasList = (data: DataTransfer | null): data is DataTransfer =>
  data?.types.some((type) => type === 'Files' || type === 'text/uri-list' || type === 'text/plain') === true;

/** Files that VS Code gives as links go to the host as links; it reads them itself. */
async function drop(store: PanelStore, data: DataTransfer): Promise<void> {
  const links = data.getData('text/uri-list') || data.getData('application/vnd.code.uri-list');
  const text = data.getData('text/plain');
  const files = [...data.files];
  for (const file of files) store.dropped(await file.text(), file.name);
  if (files.length === 0 && (links !== '' || text !== '')) store.dropped(links || text, '');
}

function listenForPaste(store: PanelStore): () => void {
  const onPaste = (event: ClipboardEvent): void => {
    const { target } = event;
    if (target instanceof HTMLElement && target.closest('vscode-text-field, input')) return;
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (text.trim() !== '') store.dropped(text, '');
  };
  document.addEventListener('paste', onPaste);
  return () => document.removeEventListener('paste', onPaste);
}

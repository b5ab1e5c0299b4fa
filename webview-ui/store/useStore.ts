/** Ties a component to the store: it draws itself again when one of its topics has changed. */
import { createContext } from 'preact';
import { useContext, useLayoutEffect, useReducer } from 'preact/hooks';
import type { PanelStore, Topics } from './store';

const Context = createContext<PanelStore | undefined>(undefined);
export const StoreProvider = Context.Provider;

export function useStore(topics: Topics): PanelStore {
  const store = useContext(Context);
  if (!store) throw new Error('No store around this view.');
  const [, again] = useReducer((count: number) => count + 1, 0);
  // At once, not after the next paint: what comes in between would never be shown.
  useLayoutEffect(() => store.subscribe(topics, () => again(undefined)), [store, topics]);
  return store;
}

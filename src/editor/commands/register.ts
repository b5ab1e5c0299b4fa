/**
 * Registers every command of the table. What they do is a part of its own in dist/, read when the first one is called:
 * opening a folder does not load it.
 */
import * as vscode from 'vscode';
import { tell } from '../problems';
import type { CommandParts } from './handlers';
import { commandIds } from './table';

/** Whatever a handler throws is shown to the user. */
export function registerCommands(parts: CommandParts): vscode.Disposable {
  const load = once(async () => {
    const { createHandlers } = await import('./handlers');
    return createHandlers(parts);
  });
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          const handlers = await load();
          await handlers[id](...args);
        } catch (error) {
          void tell(error);
        }
      }),
    ),
  );
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

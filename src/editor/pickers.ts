/**
 * The one door for lists to choose from and boxes to type in. Where the palette or the step before has just closed, VS
 * Code gives the focus to the panel's page, and sometimes only after the next list has come: that one would close, or
 * be open without the keyboard. So all of them stay open until they are answered or closed with Escape, and one that
 * has lost the keyboard to the page in its first moments is opened again, which gives it the focus.
 */
import * as vscode from 'vscode';

/** A page that gets the focus later than this after a list was opened has got it from the user. */
const lateMs = 2000;

/** What is open: since when, epoch ms, and how to open it again. */
let open: { readonly at: number; reopen(): void } | undefined;

/** The panel's page has the keyboard, and keeps it. */
export function pageFocused(): void {
  if (open !== undefined && Date.now() - open.at < lateMs) open.reopen();
}

/** Call what it gives when the list is closed. */
function opened(reopen: () => void): () => void {
  const own = { at: Date.now(), reopen };
  open = own;
  return () => {
    // The next list may be open already.
    if (open === own) open = undefined;
  };
}

async function answered<T>(
  ask: (token: vscode.CancellationToken) => Thenable<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const source = new vscode.CancellationTokenSource();
    const closed = opened(() => source.cancel());
    try {
      const answer = await ask(source.token);
      if (answer !== undefined || !source.token.isCancellationRequested) return answer;
    } finally {
      closed();
      source.dispose();
    }
  }
}

type PickOptions = Omit<vscode.QuickPickOptions, 'ignoreFocusOut' | 'canPickMany'>;

/** What was chosen; undefined when the list was closed. */
export function pick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: PickOptions,
): Promise<T | undefined> {
  return answered((token) => vscode.window.showQuickPick(items, { ...options, ignoreFocusOut: true }, token));
}

/** The same for several at once. */
export function pickMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: PickOptions,
): Promise<readonly T[] | undefined> {
  const all = { ...options, ignoreFocusOut: true, canPickMany: true as const };
  return answered((token) => vscode.window.showQuickPick(items, all, token));
}

/** What was typed; undefined when the box was closed. */
export function typed(options: Omit<vscode.InputBoxOptions, 'ignoreFocusOut'>): Promise<string | undefined> {
  return answered((token) => vscode.window.showInputBox({ ...options, ignoreFocusOut: true }, token));
}

/**
 * Shows a list whose lines come and change while it is open. `closed`: the user is done with it, and it is disposed.
 */
export function showLive<T extends vscode.QuickPickItem>(
  list: vscode.QuickPick<T>,
  closed: () => void,
): void {
  let reopening = false;
  const forget = opened(() => {
    reopening = true;
    list.hide();
    list.show();
    // VS Code empties a list that is shown again, and fills it with lines that are set anew.
    list.items = [...list.items];
  });
  list.ignoreFocusOut = true;
  list.onDidHide(() => {
    if (reopening) {
      reopening = false;
      return;
    }
    forget();
    list.dispose();
    closed();
  });
  list.show();
}

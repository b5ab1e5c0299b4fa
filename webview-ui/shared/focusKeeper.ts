/**
 * The keyboard never falls to nothing. Chromium forgets what had the focus in this page as soon as a menu, a list or an
 * editor of VS Code takes it: when it comes back, it goes where it was. What is taken away while it has the focus, such
 * as a link that was done with, leaves it to what its place names in `data-focus`.
 */

/** Containers name with it, by a selector, what in them takes the focus of a part that is gone. */
const heir = 'focus';

export function keepFocus(root: HTMLElement): void {
  let last: HTMLElement | undefined;
  /** Around it when it had the focus, the innermost first. */
  let around: readonly HTMLElement[] = [];
  const isNowhere = (): boolean =>
    document.hasFocus() && (document.activeElement === document.body || document.activeElement === null);
  const restore = (): boolean => {
    if (!last || !isNowhere()) return true;
    const to = last.isConnected ? last : heirOf(around);
    to?.focus({ preventScroll: true });
    return to !== undefined && document.activeElement !== document.body;
  };
  // A page that takes the place of another comes piece by piece.
  const until = new MutationObserver(() => {
    if (restore()) until.disconnect();
  });
  const seek = (): void => {
    if (!restore()) until.observe(root, { childList: true, subtree: true });
  };
  root.addEventListener('focusin', ({ target }) => {
    until.disconnect();
    if (!(target instanceof HTMLElement)) return;
    last = target;
    around = ancestors(target);
  });
  root.addEventListener('focusout', ({ relatedTarget }) => {
    // Chromium says so before the element is away; a click beside everything says the same, and the element stays.
    if (relatedTarget === null)
      setTimeout(() => {
        if (last?.isConnected === false) seek();
      });
  });
  window.addEventListener('focus', seek);
}

function ancestors(element: HTMLElement): readonly HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let at = element.parentElement; at; at = at.parentElement) found.push(at);
  return found;
}

function heirOf(around: readonly HTMLElement[]): HTMLElement | undefined {
  const page = document.querySelector<HTMLElement>('main');
  for (const place of [...around.filter((one) => one.isConnected), page]) {
    const selector = place?.dataset[heir];
    if (!place || selector === undefined) continue;
    const found = place.matches(selector) ? place : place.querySelector<HTMLElement>(selector);
    if (found) return found;
  }
  return undefined;
}

/** Notices when the page gets the keyboard and keeps it: a list of VS Code that has just opened may have lost it so. */

/** A list that opens takes the focus back within this time. */
const keptMs = 200;

export function onKeptFocus(listener: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  window.addEventListener('focus', () => {
    clearTimeout(timer);
    timer = setTimeout(listener, keptMs);
  });
  window.addEventListener('blur', () => clearTimeout(timer));
}

/** Loads the UI toolkit (webview-ui/toolkitEntry.ts) after the first paint, and says when it is there. */
import { useLayoutEffect, useState } from 'preact/hooks';

/** The last of its elements to be registered. */
const last = 'vscode-text-field';
const againMs = 2000;

/** @param address of the built script */
export function loadToolkit(address: string): void {
  const script = document.createElement('script');
  script.nonce = document.querySelector('meta[property="csp-nonce"]')?.getAttribute('content') ?? '';
  script.src = address;
  // A remote window may have lost its connection for a moment. The controls can be seen until then, and buttons
  // clicked.
  script.addEventListener('error', () => {
    script.remove();
    setTimeout(() => loadToolkit(address), againMs);
  });
  document.head.append(script);
}

/** Whether the toolkit's elements are alive. What is set on them before would hide their own properties. */
export function useToolkit(): boolean {
  const [isThere, setThere] = useState(() => customElements.get(last) !== undefined);
  useLayoutEffect(() => {
    if (isThere) return undefined;
    let isWanted = true;
    void customElements.whenDefined(last).then(() => {
      if (isWanted) setThere(true);
    });
    return () => {
      isWanted = false;
    };
  }, [isThere]);
  return isThere;
}

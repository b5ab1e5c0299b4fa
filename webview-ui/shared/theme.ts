/**
 * The theme's colours for canvases, which know no CSS variables: resolved once, and again when VS Code changes
 * the theme on the page.
 */
import type { Stage } from '../../src/model/source';

const paints = [
  'fg',
  'dim',
  'faint',
  'hair',
  'track',
  'grid',
  'bg',
  'ok',
  'bad',
  'wait',
  'run',
  'fetch',
  'move',
  'speech',
] as const;
export type Paint = (typeof paints)[number];

const paintOf: Readonly<Record<Stage, Paint>> = {
  fetching: 'fetch',
  expanding: 'fetch',
  downloading: 'move',
  uploading: 'move',
  transcribing: 'speech',
  noting: 'speech',
  writing: 'ok',
};

export function stagePaint(stage: Stage | undefined): Paint {
  return stage ? paintOf[stage] : 'run';
}

export interface Theme {
  readonly colour: Readonly<Record<Paint, string>>;
  readonly font: string;
  /** High contrast: no fainter past, hatched moves, lines that can be seen. */
  readonly contrast: boolean;
}

let known: Theme | undefined;
const listeners = new Set<() => void>();

export function theme(): Theme {
  return (known ??= read());
}

export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** VS Code puts a theme's variables on the root element and its kind on the body. */
export function watchTheme(): void {
  const changed = (): void => {
    known = undefined;
    for (const listener of listeners) listener();
  };
  const observer = new MutationObserver(changed);
  for (const element of [document.documentElement, document.body])
    observer.observe(element, {
      attributes: true,
      attributeFilter: ['class', 'style', 'data-vscode-theme-id'],
    });
  matchMedia('(forced-colors: active)').addEventListener('change', changed);
}

function read(): Theme {
  const probe = document.createElement('span');
  probe.className = 'probe';
  document.body.append(probe);
  const colour = Object.fromEntries(
    paints.map((paint) => {
      probe.style.color = `var(--${paint})`;
      return [paint, getComputedStyle(probe).color];
    }),
  ) as Record<Paint, string>;
  const font = getComputedStyle(probe).fontFamily;
  probe.remove();
  const contrast =
    document.body.classList.contains('vscode-high-contrast') || matchMedia('(forced-colors: active)').matches;
  return { colour, font, contrast };
}

/** Fits the canvas's pixels to its box and the screen; returns a context in CSS pixels, and the box. */
export function fit(
  canvas: HTMLCanvasElement,
): { readonly g: CanvasRenderingContext2D; readonly width: number; readonly height: number } | undefined {
  const g = canvas.getContext('2d');
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!g || width === 0 || height === 0) return undefined;
  const ratio = devicePixelRatio;
  const pixelWidth = Math.round(width * ratio);
  const pixelHeight = Math.round(height * ratio);
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  } else g.clearRect(0, 0, width + 1, height + 1);
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.globalAlpha = 1;
  return { g, width, height };
}

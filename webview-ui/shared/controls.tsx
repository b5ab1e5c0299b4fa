/**
 * The panel's small controls: buttons, checkbox, dropdown and text field are the UI toolkit's own. The slider is a
 * native range, because the toolkit has no slider. Until the toolkit is loaded (toolkit.ts) they have their place and
 * their look (controls.css), and buttons their clicks. To replace the toolkit, replace these three and
 * webview-ui/toolkitEntry.ts.
 */
import { createElement, type ComponentChildren, type JSX, type RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { useToolkit } from './toolkit';

/** A codicon. Decoration only: a word beside it or a label says what it means. */
export function Icon({ name, tone }: { readonly name: string; readonly tone?: string }): JSX.Element {
  return <span class={`codicon codicon-${name}${tone ? ` tone-${tone}` : ''}`} aria-hidden="true" />;
}

/**
 * False for the second click of a double click: it would act twice, or hit the button that has replaced the first
 * one, such as "Resume" in the place of "Pause".
 */
const isOnce = (event: MouseEvent): boolean => event.detail <= 1;

export interface ButtonProps {
  readonly icon?: string;
  readonly label: string;
  readonly count?: number | string;
  /** Filled: it is the user's turn. */
  readonly primary?: boolean;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly tabIndex?: number;
  readonly onClick: () => void;
  readonly onFocus?: () => void;
}

/** A flat toolbar button, or the one filled button of the panel. */
export function Button(props: ButtonProps): JSX.Element {
  const name = props.count === undefined ? props.label : `${props.label} ${props.count}`;
  return createElement(
    'vscode-button',
    {
      appearance: props.primary ? 'primary' : 'icon',
      class: props.primary ? 'tb go' : 'tb',
      disabled: props.disabled === true,
      'aria-label': name,
      title: props.title ?? name,
      tabindex: props.tabIndex ?? 0,
      onClick: (event: MouseEvent) => {
        if (props.disabled !== true && isOnce(event)) props.onClick();
      },
      onFocus: props.onFocus,
    },
    <div class="in">
      {props.icon && <Icon name={props.icon} />}
      <span class="lab">
        {props.label}
        {props.count !== undefined && <span class="n"> {props.count}</span>}
      </span>
    </div>,
  );
}

/** A link that does something on this page or in VS Code. */
export function Link(props: {
  readonly children: ComponentChildren;
  readonly onClick: () => void;
  readonly tabIndex?: number;
  readonly title?: string;
}): JSX.Element {
  return (
    <button
      type="button"
      class="link"
      tabIndex={props.tabIndex ?? 0}
      {...(props.title === undefined ? {} : { title: props.title })}
      onClick={(event) => {
        event.stopPropagation();
        if (isOnce(event)) props.onClick();
      }}
    >
      {props.children}
    </button>
  );
}

interface ToolkitCheckbox extends HTMLElement {
  checked: boolean;
}

export function Checkbox(props: {
  readonly label: string;
  readonly checked: boolean;
  readonly title?: string;
  readonly onChange: (checked: boolean) => void;
}): JSX.Element {
  const element = useRef<ToolkitCheckbox>(null);
  const { checked } = props;
  const isAlive = useToolkit();
  useLayoutEffect(() => {
    if (isAlive && element.current && element.current.checked !== checked) element.current.checked = checked;
  }, [isAlive, checked]);
  return createElement(
    'vscode-checkbox',
    {
      ref: element,
      class: checked ? 'on' : '',
      'aria-label': props.label,
      title: props.title,
      // The toolkit also reports changes that we made ourselves.
      onChange: () => {
        const now = element.current?.checked;
        if (now !== undefined && now !== checked) props.onChange(now);
      },
    },
    props.label,
  );
}

interface ToolkitValue extends HTMLElement {
  value: string;
}

/** The toolkit calls each of its text fields "Text field" when it comes to the page, whatever it was called. */
function useName(element: { readonly current: HTMLElement | null }, label: string, isAlive: boolean): void {
  useLayoutEffect(() => element.current?.setAttribute('aria-label', label), [element, label, isAlive]);
}

export function Dropdown<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, words: string])[];
  readonly title?: string;
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const element = useRef<ToolkitValue>(null);
  const { value } = props;
  const isAlive = useToolkit();
  useLayoutEffect(() => {
    if (!isAlive) return undefined;
    // The options are known to the toolkit only after they were slotted.
    const timer = requestAnimationFrame(() => {
      if (element.current && element.current.value !== value) element.current.value = value;
    });
    return () => cancelAnimationFrame(timer);
  }, [isAlive, value]);
  return createElement(
    'vscode-dropdown',
    {
      ref: element,
      'aria-label': props.label,
      title: props.title,
      onChange: () => {
        const now = props.options.find(([option]) => option === element.current?.value)?.[0];
        if (now !== undefined && now !== value) props.onChange(now);
      },
    },
    props.options.map(([option, words]) =>
      createElement('vscode-option', { key: option, value: option, selected: option === value }, words),
    ),
  );
}

/** A small whole number, taken over when the field is left or Enter is pressed; a wrong one is put back. */
export function NumberField(props: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly title?: string;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  const element = useRef<ToolkitValue>(null);
  const isAlive = useToolkit();
  useName(element, props.label, isAlive);
  const { value } = props;
  const typing = useRef(false);
  useLayoutEffect(() => {
    if (isAlive && element.current && !typing.current) element.current.value = String(value);
  }, [isAlive, value]);
  const take = (): void => {
    typing.current = false;
    if (!element.current) return;
    const now = Number(element.current.value.trim());
    const fits =
      element.current.value.trim() !== '' && Number.isInteger(now) && now >= props.min && now <= props.max;
    if (!fits) element.current.value = String(value);
    else if (now !== value) props.onChange(now);
  };
  return createElement('vscode-text-field', {
    ref: element,
    class: 'nb',
    'aria-label': props.label,
    title: props.title,
    'data-value': value,
    // What is seen until the toolkit is there. No `value`: the strip is drawn again while a batch runs, and what is
    // being typed would be lost.
    onInput: () => {
      typing.current = true;
    },
    onChange: take,
  });
}

export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  readonly fieldRef: RefObject<HTMLElement | null>;
  readonly onFocus: () => void;
  readonly onInput: (value: string) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}): JSX.Element {
  useName(props.fieldRef, props.label, useToolkit());
  return createElement(
    'vscode-text-field',
    {
      ref: props.fieldRef,
      class: 'find',
      'aria-label': props.label,
      placeholder: props.label,
      value: props.value,
      onInput: (event: Event) => {
        const { currentTarget } = event;
        if (currentTarget instanceof HTMLElement && 'value' in currentTarget)
          props.onInput(String(currentTarget.value));
      },
      onKeyDown: props.onKeyDown,
      onFocus: props.onFocus,
    },
    <span slot="start" class="codicon codicon-search" aria-hidden="true" />,
  );
}

export function Slider(props: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly title?: string;
  readonly onInput: (value: number) => void;
  readonly onChange: (value: number) => void;
}): JSX.Element {
  const share = ((props.value - props.min) / (props.max - props.min)) * 100;
  return (
    <input
      type="range"
      aria-label={props.label}
      {...(props.title === undefined ? {} : { title: props.title })}
      min={props.min}
      max={props.max}
      value={props.value}
      style={{ '--p': `${share}%` }}
      onInput={(event) => props.onInput(event.currentTarget.valueAsNumber)}
      onChange={(event) => props.onChange(event.currentTarget.valueAsNumber)}
    />
  );
}

/** The head of a section that folds. */
export function Fold(props: {
  readonly open: boolean;
  readonly name: string;
  readonly summary: string;
  readonly onToggle: () => void;
}): JSX.Element {
  return (
    <button type="button" class="h" aria-expanded={props.open} onClick={props.onToggle}>
      <Icon name={props.open ? 'chevron-down' : 'chevron-right'} />
      <b>{props.name}</b>
      <span class="dim cut" title={props.summary}>
        {props.summary}
      </span>
    </button>
  );
}

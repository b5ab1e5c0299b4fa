/** The settings strip, closed to one line. Its controls write the real VS Code settings and follow them. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import {
  defaultSettings,
  settingNames,
  settingsSchema,
  type SettingName,
  type Settings,
} from '../../src/model/settings';
import { sourceIds, type SourceId } from '../../src/model/transcript';
import { formatCount, plural, serviceName } from '../../src/model/words';
import { Checkbox, Dropdown, Fold, Link, NumberField, Slider } from '../shared/controls';
import { settingOf } from '../store/settingOf';
import { SourceOrder } from './SourceOrder';
import { topic, type PanelStore } from '../store/store';
import { useStore } from '../store/useStore';

/** Says that a workspace or folder overrides the setting. */
function overrideOf(store: PanelStore, name: SettingName): string | undefined {
  const scope = store.settings[name]?.overriddenBy;
  return scope && `Set for this ${scope}; a change here changes it there`;
}

type Options<K extends SettingName> = readonly (readonly [value: Settings[K], words: string])[];
const errorOptions: Options<'onError'> = [
  ['continue', 'Continue'],
  ['stop', 'Stop'],
  ['retryAtEnd', 'Retry at the end'],
];
const orderOptions: Options<'order'> = [
  ['list', 'As listed'],
  ['shortestFirst', 'Shortest first'],
  ['longestFirst', 'Longest first'],
];

const rates = [
  ['rate.youtube.perHour', 'youtube', 'an hour'],
  ['rate.deapi.perMinute', 'deapi', 'a minute'],
] as const;

const inStrip: readonly SettingName[] = [
  'workers',
  'parallel',
  'adaptive',
  'onError',
  'order',
  'sources',
  ...rates.map(([name]) => name),
];

/** What differs from the defaults: those of the strip in words, the others counted. */
function summary(store: PanelStore): string {
  const differs = (name: SettingName): boolean =>
    JSON.stringify(settingOf(store, name)) !== JSON.stringify(defaultSettings[name]);
  const words: Partial<Record<SettingName, string>> = {
    workers: plural(settingOf(store, 'workers'), 'worker'),
    parallel: 'one at a time',
    adaptive: 'not adaptive',
    onError: { continue: '', stop: 'stop on error', retryAtEnd: 'retry errors at the end' }[
      settingOf(store, 'onError')
    ],
    order: { list: '', shortestFirst: 'shortest first', longestFirst: 'longest first' }[
      settingOf(store, 'order')
    ],
    sources: 'own order of sources',
    ...Object.fromEntries(
      rates.map(([name, service, unit]) => {
        const limit = settingOf(store, name);
        return [
          name,
          `${serviceName(service)} ${limit === 0 ? 'unlimited' : `${formatCount(limit)} ${unit}`}`,
        ];
      }),
    ),
  };
  const changed = settingNames.filter(differs);
  const said = inStrip.flatMap((name) => (changed.includes(name) ? [words[name] ?? name] : []));
  const others = changed.filter((name) => !inStrip.includes(name)).length;
  if (others > 0) said.push(`${formatCount(others)} more changed`);
  return said.length === 0 ? 'all as by default' : said.join(' · ');
}

export function SettingsStrip(): JSX.Element {
  const store = useStore(topic.settings | topic.batches);
  const open = store.ui.settingsOpen;
  return (
    <section class="settings" aria-label="Settings">
      <div class="row sec">
        <Fold
          open={open}
          name="Settings"
          summary={open ? '' : summary(store)}
          onToggle={() => {
            store.ui.settingsOpen = !open;
            store.keep();
            store.mark(topic.settings);
          }}
        />
        {open && <Link onClick={() => store.nextStep('openSettings')}>All settings</Link>}
      </div>
      {open && <Controls store={store} />}
    </section>
  );
}

function Controls({ store }: { readonly store: PanelStore }): JSX.Element {
  const workers = settingOf(store, 'workers');
  const [sliding, setSliding] = useState(workers);
  useEffect(() => setSliding(workers), [workers]);
  const { min, max } = settingsSchema.workers;
  const flag = (name: 'parallel' | 'adaptive', label: string): JSX.Element => (
    <Checkbox
      label={label}
      checked={settingOf(store, name)}
      title={overrideOf(store, name) ?? settingsSchema[name].description}
      onChange={(value) => store.changeSetting(name, value)}
    />
  );
  const overridden = inStrip.filter((name) => store.settings[name]?.overriddenBy !== undefined);
  return (
    <div class="body">
      <span class="field">
        <span>Workers</span>
        <Slider
          label="Workers"
          value={sliding}
          min={min}
          max={max}
          title={overrideOf(store, 'workers') ?? settingsSchema.workers.description}
          onInput={setSliding}
          onChange={(value) => store.changeSetting('workers', value)}
        />
        <span class="value">{sliding}</span>
      </span>
      {flag('parallel', 'Parallel')}
      {flag('adaptive', 'Adaptive')}
      <Choice store={store} name="onError" label="On error" options={errorOptions} />
      <Choice store={store} name="order" label="Order" options={orderOptions} />
      {rates.map(([name, service, unit]) => (
        <span key={name} class="field">
          <span>{serviceName(service)}</span>
          <NumberField
            label={`${serviceName(service)}, videos or requests ${unit}`}
            value={settingOf(store, name)}
            min={settingsSchema[name].min}
            max={settingsSchema[name].max}
            title={overrideOf(store, name) ?? settingsSchema[name].description}
            onChange={(value) => store.changeSetting(name, value)}
          />
          <span class="dim">{unit}</span>
        </span>
      ))}
      <SourceOrder
        sources={settingOf(store, 'sources').filter((id): id is SourceId => sourceIds.includes(id))}
        onChange={(value) => store.changeSetting('sources', value)}
      />
      {overridden.length > 0 && (
        <span class="dim field">
          {overridden
            .map((name) => `${name}: set for this ${store.settings[name]?.overriddenBy}`)
            .join(' · ')}
        </span>
      )}
    </div>
  );
}

/** A setting with a few values, as a dropdown. */
function Choice<K extends 'onError' | 'order'>(props: {
  readonly store: PanelStore;
  readonly name: K;
  readonly label: string;
  readonly options: Options<K>;
}): JSX.Element {
  const { store, name, label } = props;
  return (
    <span class="field">
      <span>{label}</span>
      <Dropdown
        label={label}
        value={settingOf(store, name)}
        options={props.options}
        title={overrideOf(store, name) ?? settingsSchema[name].description}
        onChange={(value) => store.changeSetting(name, value)}
      />
    </span>
  );
}

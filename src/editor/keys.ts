/** The commands about keys, proxies and private feeds: what is secret goes to secret storage, and only there. */
import { isPlainAway } from '../model/addresses';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';
import type { KeyService } from './keyServices';
import { notice, question } from './messages';
import { pick, typed } from './pickers';
import { Refusal } from './problems';
import { openSettings, type EditorSettings } from './settings';
import type { EditorSecrets } from './secrets';

/** Asks for a service's key and keeps it for the origin of that service's endpoint alone. */
export async function setApiKey(
  secrets: EditorSecrets,
  settings: Settings,
  wanted?: KeyService,
): Promise<void> {
  const services = [
    { id: 'deapi' as const, label: 'deAPI', endpoint: settings['deapi.endpoint'] },
    {
      id: 'openai' as const,
      label: 'OpenAI-compatible service for speech-to-text',
      endpoint: settings['openai.endpoint'],
    },
    { id: 'notes' as const, label: 'Service that writes notes', endpoint: settings['notes.endpoint'] },
  ];
  const items = services.map((service) => ({
    ...service,
    description: originOf(service.endpoint) ?? 'no address set',
  }));
  const picked =
    items.find((item) => item.id === wanted) ??
    (await pick(items, { title: 'Set API Key', placeHolder: 'For which service?' }));
  if (!picked) return;
  const origin = originOf(picked.endpoint);
  if (origin === undefined)
    throw new Refusal(`Set the address of the ${picked.label} first; its key is kept for that address.`, [
      { words: 'Open Settings', press: () => openSettings(`${picked.id}.endpoint`) },
    ]);
  await askKey(secrets, picked.id, picked.label, origin);
}

/**
 * Asks for a key and keeps it for `origin`. False when the box was closed, or left empty where there is no key yet.
 * `optional`: an empty one means that the server wants none. `page`: where the user gets one.
 */
export async function askKey(
  secrets: EditorSecrets,
  service: KeyService,
  label: string,
  origin: string,
  { optional = false, page }: { readonly optional?: boolean; readonly page?: string } = {},
): Promise<boolean> {
  const known = (await secrets.get(service, origin)) !== undefined;
  const empty = known ? ' Empty: the one that is kept.' : optional ? ' Empty: it wants none.' : '';
  const where = page === undefined ? '' : ` Keys are at ${page}.`;
  const key = await typed({
    title: `API Key for ${label}`,
    prompt: `Kept in secret storage and sent to ${origin} only.${where}${empty}`,
    password: true,
    validateInput: (value) =>
      /[\s\p{Cc}]/u.test(value.trim()) ? 'A key has no spaces or line breaks in it.' : undefined,
  });
  if (key === undefined) return false;
  if (key.trim() === '') return known || optional;
  await secrets.set(service, origin, key.trim());
  void notice('info', `The key for ${origin} is saved. Check Setup tries it.`);
  return true;
}

export async function clearApiKeys(secrets: EditorSecrets): Promise<void> {
  const clear = 'Clear All';
  const answer = await question(
    'Remove all API keys and the passwords of proxies and feeds from secret storage?',
    '',
    clear,
  );
  if (answer !== clear) return;
  const count = await secrets.clear();
  void notice('info', count === 0 ? 'There was no key to remove.' : 'All keys and passwords were removed.');
}

/** The parts of a typed proxy; undefined when it is not a proxy. The password is kept apart from the address. */
function readProxy(typed: string): { readonly address: string; readonly password?: string } | undefined {
  const text = typed.trim();
  if (text === 'tor') return { address: text };
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = urlOf(withScheme);
  if (url === undefined) return undefined;
  if (!['http:', 'https:', 'socks5:', 'socks5h:'].includes(url.protocol) || url.host === '') return undefined;
  const user = url.username === '' ? '' : `${url.username}@`;
  const address = `${url.protocol}//${user}${url.host}`;
  return url.password === '' ? { address } : { address, password: decodeURIComponent(url.password) };
}

export async function addProxy(secrets: EditorSecrets, settings: EditorSettings): Promise<void> {
  const answer = await typed({
    title: 'Add Proxy',
    prompt: 'http://, https://, socks5:// or socks5h:// address, with user name where needed; or tor',
    placeHolder: 'socks5h://user@proxy.example.org:1080',
    validateInput: (value) =>
      value.trim() === '' || readProxy(value) ? undefined : 'This is not the address of a proxy.',
  });
  const proxy = answer === undefined ? undefined : readProxy(answer);
  if (!proxy) return;
  let { password } = proxy;
  if (password === undefined && proxy.address.includes('@')) {
    password = await typed({
      title: 'Password of the Proxy',
      prompt: 'Kept in secret storage, never in settings. Empty: none.',
      password: true,
    });
    if (password === undefined) return;
  }
  if (password !== undefined && password !== '') await secrets.set('proxy', proxy.address, password);
  const listed = settings.read().proxies;
  if (!listed.includes(proxy.address)) {
    const problem = await settings.write('proxies', [...listed, proxy.address]);
    if (problem !== undefined) throw new Refusal(problem);
  }
  void notice('info', `${proxy.address} is used from now on, and never passed by with a direct request.`);
}

/** Asks for the user name and password of a private feed and keeps them for the origin of its address alone. */
export async function addFeedPassword(secrets: EditorSecrets): Promise<void> {
  const title = 'Add Feed Password';
  const address = await typed({
    title,
    prompt: 'Address of the feed, or of its host',
    placeHolder: 'https://example.org/feed.xml',
    validateInput: (value) =>
      value.trim() === '' || feedOrigin(value) !== undefined ? undefined : 'This is not a web address.',
  });
  const origin = feedOrigin(address ?? '');
  if (origin === undefined) return;
  const user = await typed({
    title,
    prompt: `User name at ${origin}`,
    validateInput: (value) => (value.includes(':') ? 'A user name has no colon in it.' : undefined),
  });
  if (user === undefined) return;
  const open = isPlainAway(new URL(origin)) ? ' Over plain http it can be read on the way.' : '';
  const password = await typed({
    title,
    prompt: `Kept in secret storage and sent to ${origin} only, when a feed there asks for it.${open}`,
    password: true,
  });
  if (password === undefined || password === '') return;
  await secrets.set('feed', origin, `${user.trim()}:${password}`);
  void notice('info', `The password for feeds of ${origin} is kept. Retry or resume what waits for it.`);
}

/** Also of `feed:` and like addresses, and of a bare host; https is meant then. */
function feedOrigin(typed: string): string | undefined {
  const text = typed.trim().replace(/^(?:feed|itpc|pcast|podcasts?|rss):(?:\/\/)?/i, '');
  if (text === '' || /\s/.test(text)) return undefined;
  const url = urlOf(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  return url !== undefined && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

function originOf(endpoint: string): string | undefined {
  return urlOf(endpoint)?.origin;
}

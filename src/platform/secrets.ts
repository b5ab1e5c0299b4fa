/**
 * Keys from the environment, for the terminal. Each is returned only for the origin of its own endpoint,
 * and registered with the redactor as soon as it is read.
 */
import type { Secrets } from '../model/ports';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';
import type { FeedPassword } from './feedPassword';
import type { Redactor } from './log';
import { parseProxy } from './proxyAddress';

const variables = {
  deapi: 'DEAPI_API_KEY',
  openai: 'OPENAI_API_KEY',
  notes: 'BULK_TRANSCRIBE_NOTES_KEY',
  proxy: 'BULK_TRANSCRIBE_PROXY_PASSWORD',
} as const;

/**
 * `settings` is called each time, so that a key never follows an endpoint that was changed to another host.
 */
export function environmentSecrets(
  env: Readonly<Record<string, string | undefined>>,
  settings: () => Settings,
  redactor: Redactor,
  feeds: FeedPassword,
): Secrets {
  for (const name of Object.values(variables)) redactor.add(env[name]);
  for (const secret of feeds.secrets) redactor.add(secret);
  return {
    get(name, origin) {
      if (name === 'feed') return Promise.resolve(feeds.of(origin));
      const value = env[variables[name]]?.trim();
      const allowed =
        name === 'proxy'
          ? // One password serves all listed proxies; there is no more room in an environment. A proxy of the
            // environment brings its own.
            settings().proxies.some((written) => parseProxy(written)?.key === origin)
          : isSameOrigin(settings()[`${name}.endpoint`], origin);
      return Promise.resolve(value === '' || !allowed ? undefined : value);
    },
  };
}

function isSameOrigin(endpoint: string, origin: string): boolean {
  const own = urlOf(endpoint)?.origin;
  return own !== undefined && own === urlOf(origin)?.origin;
}

import assert from 'node:assert/strict';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import type { Secrets } from '../../../src/model/ports';
import { keepsKeyBack, keyFor, type KeyedService } from '../../../src/sources/keyKeptBack';

const services: readonly KeyedService[] = ['deapi', 'openai'];
const secrets: Secrets = { get: (name, origin) => Promise.resolve(`${name} ${origin}`) };
const at = (service: KeyedService, endpoint: string, ownServer = false): Settings => ({
  ...defaultSettings,
  [`${service}.endpoint`]: endpoint,
  [`${service}.ownServer`]: ownServer,
});

const away = [
  'http://nas.lan:8080',
  'http://gpu-box',
  'http://10.0.0.3',
  'http://api.example',
  'http://[fd00::1]',
];
const safe = [
  'https://api.example',
  'https://10.0.0.3',
  'http://localhost:1',
  'http://127.0.0.1:1',
  'http://[::1]:1',
];

for (const service of services)
  describe(`The key of ${service}`, () => {
    it('is not sent over plain http to another computer', async () => {
      for (const endpoint of away) {
        assert.equal(keepsKeyBack(at(service, endpoint), service), true, endpoint);
        assert.equal(await keyFor(secrets, at(service, endpoint), service), undefined, endpoint);
      }
    });

    it('is sent there by the user’s word, and to this computer or over https without it', async () => {
      for (const settings of [
        ...away.map((endpoint) => at(service, endpoint, true)),
        ...safe.map((endpoint) => at(service, endpoint)),
      ]) {
        const { origin } = new URL(settings[`${service}.endpoint`]);
        assert.equal(await keyFor(secrets, settings, service), `${service} ${origin}`);
      }
    });

    it('is not sent by the word about another service', async () => {
      const [other = service] = services.filter((one) => one !== service);
      const settings = { ...at(service, 'http://nas.lan'), [`${other}.ownServer`]: true };
      assert.equal(await keyFor(secrets, settings, service), undefined);
    });
  });

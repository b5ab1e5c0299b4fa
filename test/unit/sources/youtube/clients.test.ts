// The clients to ask as: the table of the repository, and what the setting adds to it.
import assert from 'node:assert/strict';
import { defaultSettings } from '../../../../src/model/settings';
import type { Settings } from '../../../../src/model/settings';
import { clientsOf } from '../../../../src/sources/youtube/clients';
import { playerRequest } from '../../../../src/sources/youtube/request';

const builtIn = clientsOf(defaultSettings).clients;
const withClients = (clients: Settings['youtube.clients']): ReturnType<typeof clientsOf> =>
  clientsOf({ ...defaultSettings, 'youtube.clients': clients });
const names = (clients: typeof builtIn): readonly string[] => clients.map(({ name }) => name);
const others = (...left: readonly string[]): readonly string[] =>
  names(builtIn).filter((name) => !left.includes(name));

describe('the clients', () => {
  it('of the repository mix no two of the same name', () => {
    const of = (name: string) => builtIn.find((client) => client.name === name);
    assert.match(of('tv')?.userAgent ?? '', /Cobalt\/25\./);
    assert.match(of('tv')?.clientVersion ?? '', /^7\./);
    assert.match(of('tv_samsung')?.userAgent ?? '', /Tizen/);
    assert.match(of('tv_samsung')?.clientVersion ?? '', /^5\./);
    assert.match(of('visionos')?.userAgent ?? '', /15_7_3/);
  });

  it('of the setting are asked first, and the others stay', () => {
    const added = withClients([{ clientName: 'NEW', clientVersion: '1.0', id: 9 }]);
    assert.deepEqual(names(added.clients), ['new', ...names(builtIn)]);
  });

  it('of the setting take the place of those with their name', () => {
    const one = withClients([{ name: 'tv', clientName: 'TVHTML5', clientVersion: '8.0', id: 7 }]);
    assert.deepEqual(names(one.clients), ['tv', ...others('tv')]);
    assert.equal(one.clients[0]?.clientVersion, '8.0');
    const both = withClients([{ clientName: 'TVHTML5', clientVersion: '8.0', id: 7 }]);
    assert.equal(both.clients.length, builtIn.length - 1);
  });

  it('that are wrong are named and left out; the others count', () => {
    const { clients, problem } = withClients([
      { clientName: 'NEW', clientVersion: '1.0', id: 9 },
      { clientName: 'XX', clientVersion: '1', id: 3.5 },
      { clientName: 'GERMAN', clientVersion: '1.0', id: 9, client: { hl: 'de' } },
      { clientName: 'HOST', clientVersion: '1.0', id: 9, host: 'evil.example' },
    ]);
    assert.equal(clients.length, builtIn.length + 1);
    assert.match(
      problem ?? '',
      /entry 2 needs .* id is wrong; it is left out\. entry 3 .*client\.hl.* entry 4 .*host/,
    );
  });

  it('say what they need: the page they are embedded in, a signature timestamp', () => {
    const { clients } = withClients([
      {
        clientName: 'WEB_EMBEDDED_PLAYER',
        clientVersion: '2.1',
        id: 56,
        embedUrl: 'https://example.org/',
        signatureTimestamp: 20_700,
      },
    ]);
    const bodyOf = (client: (typeof clients)[number]): Record<string, unknown> => {
      const { body } = playerRequest('https://www.youtube.com', client, 'x', 'v');
      return JSON.parse(typeof body === 'string' ? body : '') as Record<string, unknown>;
    };
    const [embedded, plain] = clients;
    assert.ok(embedded && plain);
    const asked = bodyOf(embedded);
    assert.deepEqual((asked.context as { thirdParty?: unknown }).thirdParty, {
      embedUrl: 'https://example.org/',
    });
    assert.deepEqual(asked.playbackContext, {
      contentPlaybackContext: { html5Preference: 'HTML5_PREF_WANTS', signatureTimestamp: 20_700 },
    });
    assert.equal(JSON.stringify(bodyOf(plain)).includes('signatureTimestamp'), false);
    assert.equal(JSON.stringify(bodyOf(plain)).includes('thirdParty'), false);
  });
});

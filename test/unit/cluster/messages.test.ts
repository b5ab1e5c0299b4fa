/** What owners and helpers say to each other is read as something that anybody may have written. */
import assert from 'node:assert/strict';
import {
  attemptOf,
  mayLeave,
  offerId,
  mostBytesOf,
  protocolVersion,
  readAnswer,
  readAnyCard,
  readHelper,
  readOffer,
  settingsToSend,
  settingsWith,
} from '../../../src/cluster/messages';
import type { Link } from '../../../src/model/link';
import { defaultSettings } from '../../../src/model/settings';

const link: Link = { kind: 'youtube', url: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', id: 'dQw4w9WgXcQ' };
const offer = {
  v: protocolVersion,
  offer: 'a1b2c3d4e5f60718',
  from: 'desk',
  batch: 'batch_20261130_101500_k3f9',
  row: 7,
  attempt: 0,
  source: 'youtube',
  link,
  meta: { title: 'Talk' },
  settings: { languages: ['de'] },
} as const;
const id = offerId(offer);

const deep: unknown = JSON.parse('['.repeat(20_000) + ']'.repeat(20_000));

const answer = {
  v: protocolVersion,
  offer: offer.offer,
  helper: '0123456789abcdef',
  machine: 'gpu-box',
  worker: 2,
  video: link.id,
  seconds: 1.5,
  requests: 2,
  via: 'direct',
  pieces: 1,
  bytes: 900,
};

describe('an offer from the queue', () => {
  it('is read, and what it names is fetched as an address of a stranger', () => {
    const read = readOffer(id, offer);
    assert.ok(read);
    assert.equal(read.row, 7);
    assert.equal(read.link.reach, 'public-only');
    assert.deepEqual(attemptOf(id), { batch: offer.batch, row: 7, source: 'youtube', attempt: 0 });
  });

  const private_ = (url: string): Link => ({ kind: 'page', url, id: 'AAAAAAAAAAA' });
  const hostile: readonly (readonly [string, object])[] = [
    ['a local file', { link: { ...link, kind: 'media', url: 'file:///etc/passwd', path: '/etc/passwd' } }],
    ['a path beside a web address', { link: { ...link, path: '/etc/passwd' } }],
    ['this computer', { link: private_('http://127.0.0.1:6379/') }],
    ['a name of this computer', { link: private_('http://localhost/x') }],
    ['a network at home', { link: private_('http://192.168.1.1/') }],
    ['the metadata of a cloud', { link: private_('http://169.254.169.254/latest/') }],
    ['a private address in another writing', { link: private_('http://[::ffff:10.0.0.1]/') }],
    ['a user and a password', { link: private_('https://user:secret@example.org/') }],
    ['another scheme', { link: private_('ftp://example.org/a.mp3') }],
    ['a program instead of a link', { link: { ...link, url: '--exec=rm' } }],
    ['an address without an end', { link: private_(`https://example.org/${'a'.repeat(9_000)}`) }],
    ['a source that costs money', { source: 'deapi' }],
    ['a source that is none', { source: 'shell' }],
    ['another version', { v: protocolVersion + 1 }],
    ['a batch with a way out', { batch: '../../x' }],
    ['a row that is none', { row: -1 }],
    ['settings that are none', { settings: 'x' }],
    ['settings without an end', { settings: { 'speech.prompt': 'a'.repeat(9_000) } }],
    ['no link', { link: undefined }],
    ['more levels than can be written again', { meta: { later: deep } }],
    ['such levels in its link', { link: { ...link, later: deep } }],
    ['such levels in its settings', { settings: { languages: deep } }],
  ];
  for (const [what, change] of hostile)
    it(`is refused with ${what}`, () => {
      assert.equal(readOffer(id, { ...offer, ...change }), undefined);
    });

  it('is refused under the name of another one', () => {
    assert.equal(readOffer(offerId({ ...offer, row: 8 }), offer), undefined);
  });

  for (const value of [undefined, null, 7, 'x', [], {}])
    it(`is refused where it is ${JSON.stringify(value)}`, () => {
      assert.equal(readOffer(id, value), undefined);
    });
});

describe('the settings that go with an offer', () => {
  it('are those of the words alone; programs, endpoints and proxies are those of the helper', () => {
    const given = {
      languages: ['de'],
      'ytDlp.path': '/tmp/evil',
      'youtube.endpoint': 'https://evil.example',
      proxies: ['http://evil.example:1'],
      'output.folder': '/etc',
    };
    const own = { ...defaultSettings, 'ytDlp.path': '/usr/bin/yt-dlp' };
    assert.deepEqual(settingsWith(own, given), { ...own, languages: ['de'] });
  });

  it('are passed over where they are wrong', () => {
    assert.deepEqual(settingsWith(defaultSettings, { requestTimeout: -1, languages: 'x' }), defaultSettings);
  });

  it('are sent where they are not as by default', () => {
    const settings = { ...defaultSettings, languages: ['de'], 'ytDlp.path': '/x', proxies: ['tor'] };
    assert.deepEqual(settingsToSend(settings), { languages: ['de'] });
  });
});

describe('a link that may leave for another machine', () => {
  const leaves = (more: Partial<Link>): boolean => mayLeave({ ...link, ...more });

  it('is a web address whose host may be public by its name', () => {
    assert.ok(leaves({}));
    assert.ok(leaves({ kind: 'page', url: 'https://example.org/talk' }));
    assert.ok(leaves({ kind: 'page', url: 'https://example.org/talk', reach: 'unconfirmed' }));
    assert.ok(!leaves({ outside: true, reach: 'unconfirmed' }));
    assert.ok(!leaves({ url: 'http://nas.local/a.mp3' }));
    assert.ok(!leaves({ kind: 'list' }));
  });

  it('has no token of a private feed', () => {
    assert.ok(
      !leaves({ kind: 'media', url: 'https://example.org/a?token=x', publicUrl: 'https://example.org/a' }),
    );
  });
});

describe('an answer from the queue', () => {
  it('is read', () => {
    assert.equal(readAnswer(answer)?.machine, 'gpu-box');
  });

  const wrong: readonly (readonly [string, object])[] = [
    ['more pieces than bytes', { pieces: 2 }],
    ['more bytes than an answer may have', { pieces: 200, bytes: 26_000_000 }],
    ['neither a failure nor pieces', { pieces: undefined, bytes: undefined }],
    ['both a failure and pieces', { failure: { code: 'no-captions', message: '' } }],
    ['a failure of no known code', { pieces: undefined, failure: { code: 'rm', message: '' } }],
    ['a machine without a name', { machine: '' }],
    ['a worker that is none', { worker: 0 }],
    ['an endless note', { notes: ['a'.repeat(9_000)] }],
    ['a length that is no number', { seconds: Infinity }],
    ['another version', { v: protocolVersion + 1 }],
  ];
  it('may be as large as a sound where one was asked for', () => {
    const sound = (bytes: number): object => ({ ...answer, bytes, pieces: Math.ceil(bytes / 131_072) });
    const most = mostBytesOf('sound');
    assert.ok(readAnswer(sound(most), most));
    assert.equal(readAnswer(sound(most)), undefined);
    assert.equal(readAnswer(sound(most + 1), most), undefined);
    const wanted = { ...offer, source: 'sound' } as const;
    assert.equal(readOffer(offerId(wanted), wanted)?.source, 'sound');
    assert.equal(attemptOf(offerId(wanted))?.source, 'sound');
  });

  for (const [what, change] of wrong)
    it(`is refused with ${what}`, () => {
      assert.equal(readAnswer({ ...answer, ...change }), undefined);
    });
});

describe('the card of a helper', () => {
  const card = {
    v: protocolVersion,
    id: '0123456789abcdef',
    name: 'gpu-box',
    workers: 4,
    lanes: ['youtube'],
    quotas: [],
  };

  it('is read', () => {
    assert.equal(readHelper(card)?.workers, 4);
  });

  it('of another version says its name and version, and nothing else is read of it', () => {
    const other = { ...card, v: 99, lanes: 'whatever' };
    assert.equal(readHelper(other), undefined);
    assert.deepEqual(readAnyCard(other), { v: 99, id: card.id, name: 'gpu-box' });
  });

  it('is refused with more workers than a helper may have', () => {
    assert.equal(readHelper({ ...card, workers: 100_000 }), undefined);
  });
});

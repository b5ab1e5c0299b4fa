/** The page's messages are validated: anything else is refused. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseManifestHead } from '../../../../src/output/manifestHead';
import { parseMessage } from '../../../../src/editor/panel/messages';

describe('a message from the page', () => {
  it('is taken when it is one of the protocol', () => {
    const good = [
      { type: 'ready', batch: null },
      { type: 'focused' },
      { type: 'batchAction', request: 1, batch: 'b', action: 'pause' },
      { type: 'rowAction', request: 2, batch: 'b', jobs: [0, 5], action: 'retry' },
      { type: 'rowAction', request: 2, batch: 'b', jobs: [0], action: 'openTranscript', wide: true },
      { type: 'rowAction', request: 2, batch: 'b', jobs: [3], action: 'removeLine', wide: true },
      { type: 'press', request: 3, of: 2 },
      { type: 'setting', request: 3, name: 'workers', value: 7 },
      { type: 'nextStep', request: 4, step: 'openSettings', setting: 'languages' },
      {
        type: 'batchAction',
        request: 5,
        batch: 'b',
        action: 'agree',
        consent: { service: 'deapi', origin: 'https://api.deapi.ai', cost: 3.5 },
      },
    ];
    for (const message of good) assert.deepEqual(parseMessage(message), message);
  });

  it('is refused when an action, setting, row or amount is invalid', () => {
    const bad = [
      null,
      'ready',
      { type: 'eval', code: '1' },
      { type: 'batchAction', request: 1, batch: 'b', action: 'erase' },
      { type: 'batchAction', request: 1, batch: 'b', action: 'constructor' },
      { type: 'rowAction', request: 2, batch: 'b', jobs: [-1], action: 'retry' },
      { type: 'rowAction', request: 2, batch: 'b', jobs: [0.5], action: 'retry' },
      { type: 'setting', request: 3, name: 'window.zoomLevel', value: 7 },
      { type: 'setting', request: 3, name: '__proto__', value: 7 },
      {
        type: 'batchAction',
        request: 5,
        batch: 'b',
        action: 'agree',
        consent: { service: 'deapi', origin: 'x', cost: -1 },
      },
    ];
    for (const message of bad) assert.equal(parseMessage(message), undefined, JSON.stringify(message));
  });

  it('never makes the host throw, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (data) => {
        parseMessage(data);
      }),
    );
  });
});

describe("a manifest's head", () => {
  const text = JSON.stringify(
    {
      schema: 1,
      batch_id: 'batch_1',
      name: 'lectures',
      updated_at: '2026-11-20T10:15:00.000Z',
      state: 'stopped',
      total: 10,
      completed: 5,
      failed: 1,
      skipped: 0,
      cancelled: 0,
      parked: 0,
      pending: 4,
      videos: [{ url: 'x' }],
    },
    null,
    2,
  );

  it('is read without the videos behind it, also when they are cut off', () => {
    const cut = text.slice(0, text.indexOf('"url"'));
    const head = parseManifestHead(cut, '/t/lectures');
    assert.equal(head?.name, 'lectures');
    assert.equal(head.counts.completed, 5);
    assert.equal(head.total, 10);
    assert.equal(head.folder, '/t/lectures');
  });

  it('is invalid in any other form', () => {
    for (const bad of [
      ...['', '{', '[]', 'null', '1', '{}', '{"schema":2}', '{"schema":1,"videos":{}}'],
      text.replace('stopped', 'exploded'),
      text.replace('"schema": 1', '"schema": 2'),
    ])
      assert.equal(parseManifestHead(bad, '/t'), undefined);
    fc.assert(fc.property(fc.json(), (json) => parseManifestHead(json, '/t') === undefined));
  });
});

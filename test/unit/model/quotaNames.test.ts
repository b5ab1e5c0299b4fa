/** How the names of quotas are made and read. */
import assert from 'node:assert/strict';
import type { Link } from '../../../src/model/link';
import {
  hostQuota,
  elsewhereName,
  isElsewhere,
  isRide,
  linkQuota,
  namedQuotas,
  namesHere,
  quotaName,
  quotaRow,
  quotasKey,
  rideNames,
  sameQuotas,
  splitQuota,
} from '../../../src/model/quotaNames';

const page = (url: string): Link => ({ kind: 'page', url, id: 'x' });

describe('The name of a quota', () => {
  it('leads to its row, also for a part of a service and for a host', () => {
    assert.equal(quotaRow('deapi.poll'), quotaRow('deapi'));
    assert.equal(quotaRow('youtube')?.unit, 'video');
    assert.equal(quotaRow(hostQuota('example.org:8080'))?.limit, 'rate.otherHosts.perMinute');
    for (const name of ['yt-dlp', 'anything', 'constructor', ''])
      assert.equal(quotaRow(name), undefined, name);
  });

  it('tells the service from the rest', () => {
    assert.deepEqual(splitQuota('host:a.example:81'), { service: 'host', rest: 'a.example:81' });
    assert.deepEqual(splitQuota('deapi.submit'), { service: 'deapi', rest: 'submit' });
    assert.deepEqual(splitQuota('yt-dlp'), { service: 'yt-dlp', rest: '' });
  });

  it('is listed once for every service and part', () => {
    assert.equal(new Set(namedQuotas).size, namedQuotas.length);
    for (const name of namedQuotas) assert.ok(quotaRow(name), name);
    assert.ok(namedQuotas.includes('deapi') && namedQuotas.includes('deapi.submit'));
    assert.ok(!namedQuotas.includes('host'));
  });

  it('is that of the host for a link, YouTube’s for all of its pages, and none for a file', () => {
    assert.equal(linkQuota(page('https://user@example.org:8443/a')), 'host:example.org:8443');
    assert.equal(linkQuota(page('https://m.youtube.com/clip/x')), 'youtube');
    assert.equal(linkQuota({ ...page('file:///a.srt'), path: '/a.srt' }), undefined);
    assert.equal(linkQuota(page('no address')), undefined);
  });

  it('is read from the name of a ride as well', () => {
    assert.deepEqual(rideNames(['youtube', 'host:a']), ['youtube+', 'host:a+']);
    assert.deepEqual([isRide('youtube+'), isRide('youtube'), isRide(undefined)], [true, false, false]);
    assert.deepEqual([quotaName('youtube+'), quotaName('youtube')], ['youtube', 'youtube']);
  });
});

describe('Several quotas', () => {
  it('have one key, which is the name where there is one', () => {
    assert.equal(quotasKey(['youtube']), 'youtube');
    assert.equal(quotasKey([]), '');
    assert.notEqual(quotasKey(['openai', 'host:a']), quotasKey(['host:a', 'openai']));
  });

  it('are the same when they are named in the same order', () => {
    assert.equal(sameQuotas(['openai', 'host:a'], ['openai', 'host:a']), true);
    assert.equal(sameQuotas(['openai'], ['openai', 'host:a']), false);
    assert.equal(sameQuotas(['youtube'], ['youtube+']), false);
    assert.equal(sameQuotas([], []), true);
  });
});

describe('What waits for another machine', () => {
  it('waits apart for each source, and keeps the names under which it would wait here', () => {
    const names = [elsewhereName('whisper'), 'whisper', 'youtube'] as const;
    assert.ok(isElsewhere(names) && !isElsewhere(['youtube']) && !isElsewhere([]));
    assert.ok(!isElsewhere(['host:elsewhere']), 'a host may be called so');
    assert.deepEqual(namesHere(names), ['whisper', 'youtube']);
    assert.deepEqual(namesHere(['youtube']), ['youtube']);
    assert.ok(!sameQuotas(names, [elsewhereName('youtube'), 'whisper', 'youtube']));
  });
});

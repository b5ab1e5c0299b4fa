/** A private feed's address is as good as a password: no message about the feed contains it. */
import { strict as assert } from 'node:assert';
import { isFailure, readLink } from '../../../src/intake/link';
import { failure, FailureError, toFailure } from '../../../src/model/failure';
import { Redactor } from '../../../src/platform/log';
import { DiscreetLists } from '../../../src/sources/privateFeeds';
import { expandRequest } from '../../helpers/expandRequest';

const passwords = { name: () => undefined, isOpened: () => false };
const token = 'k7f3jd93jfk2jd93qx';

describe('A private feed', () => {
  it('is registered with the redactor before anything is requested', async () => {
    const redactor = new Redactor();
    const url = `https://feeds.example/${token}/show.xml`;
    const said: string[] = [];
    const lists = new DiscreetLists(
      {
        async *expand({ link }) {
          said.push(redactor.redact(`GET ${link.url}`));
          await Promise.resolve();
          yield { link, meta: {} };
        },
      },
      {
        redact: (text) => redactor.redact(text),
        hideFeed: (feed) => redactor.addFeed(feed),
        passwords,
      },
    );
    for await (const item of lists.expand(expandRequest(url))) assert.equal(item.link.url, url);
    assert.deepEqual(said, ['GET https://feeds.example/***/show.xml']);
  });

  it('is not named by what went wrong with it; the code stays', async () => {
    const redactor = new Redactor();
    const refused = new FailureError(failure('bad-response', `ERROR: ${token} is no feed`, { status: 200 }));
    const lists = new DiscreetLists(
      {
        expand: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(refused) }) }),
      },
      {
        redact: (text) => redactor.redact(text),
        hideFeed: (feed) => redactor.addFeed(feed),
        passwords,
      },
    );
    const one = lists.expand(expandRequest(`https://feeds.example/${token}/show.xml`)).next();
    const found = await one.then(() => assert.fail('It came out well.'), toFailure);
    assert.deepEqual(found, { code: 'bad-response', message: 'ERROR: *** is no feed', status: 200 });
  });

  it('gives its entries the address that may be published, beside the one that is asked', async () => {
    const episode = readLink('https://cdn.example/1.mp3?token=abc');
    assert(!isFailure(episode));
    const lists = new DiscreetLists(
      {
        async *expand() {
          await Promise.resolve();
          yield { link: episode, meta: {} };
        },
      },
      { redact: (text) => text, hideFeed: () => undefined, passwords },
    );
    for await (const { link } of lists.expand(expandRequest('https://feeds.example/rss/show?auth=abc')))
      assert.deepEqual(link, { ...episode, publicUrl: 'https://cdn.example/1.mp3' });
  });
});

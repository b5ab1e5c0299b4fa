import { strict as assert } from 'node:assert';
import { readSettings } from '../../../src/model/settings';
import { Redactor, createLog } from '../../../src/platform/log';
import { FeedPassword } from '../../../src/platform/feedPassword';
import { environmentSecrets } from '../../../src/platform/secrets';

describe('log', () => {
  it('hides registered secrets in every form they are sent in', () => {
    const redactor = new Redactor();
    redactor.add('pa ss/word+1');
    for (const form of [
      'pa ss/word+1',
      encodeURIComponent('pa ss/word+1'),
      Buffer.from('pa ss/word+1').toString('base64'),
    ])
      assert.equal(redactor.redact(`sent ${form}.`), 'sent ***.');
  });

  it('hides a secret that a service sends back without padding, or that was cut with the message', () => {
    const redactor = new Redactor();
    redactor.add('sk-live-?>~0123456789');
    const bytes = Buffer.from('sk-live-?>~0123456789');
    for (const form of [bytes.toString('base64url'), bytes.toString('base64').replace(/=+$/, '')])
      assert.equal(redactor.redact(`key ${form}, wrong`), 'key ***, wrong');
    const more = [
      encodeURIComponent('sk-live-?>~0123456789').toLowerCase(),
      bytes.toString('hex'),
      encodeURI('sk-live-?>~0123456789'),
    ];
    for (const form of more) assert.equal(redactor.redact(`key ${form}, wrong`), 'key ***, wrong');
    for (const user of ['', 'a:', 'ab:', 'abc:']) {
      const basic = Buffer.from(`${user}sk-live-?>~0123456789`).toString('base64');
      assert.match(redactor.redact(`{"sent":"${basic}"}`), /^\{"sent":"[\w+/]{0,7}\*\*\*[\w+/=]{0,4}"\}$/);
    }
    for (const cut of ['sk-live-?>~01234567', 'sk-live', encodeURIComponent('sk-live-?>~').slice(0, 11)]) {
      assert.equal(redactor.redact(`Incorrect key: ${cut}`), 'Incorrect key: ***');
      assert.equal(
        redactor.redact(`Incorrect key: ${cut}… (look there)`),
        'Incorrect key: ***… (look there)',
      );
    }
    assert.equal(redactor.redact('sk-live is a beginning; sk'), 'sk-live is a beginning; sk');
  });

  it('hides a secret in the writing of pages and of other programs', () => {
    const redactor = new Redactor();
    redactor.add('a/b&c"d-1234567');
    for (const form of [
      'a\\/b&c\\"d-1234567',
      'a/b&amp;c&quot;d-1234567',
      encodeURIComponent(encodeURIComponent('a/b&c"d-1234567')),
      Buffer.from('a/b&c"d-1234567').toString('hex').toUpperCase(),
    ])
      assert.equal(redactor.redact(`key ${form}, wrong`), 'key ***, wrong');
  });

  it("hides credentials, keys and private feeds' tokens in links", () => {
    const redactor = new Redactor();
    assert.equal(redactor.redact('via http://me:pw@proxy:8080/'), 'via http://***@proxy:8080/');
    assert.equal(
      redactor.redact('GET https://feeds.example/rss?auth=abc123&v=7'),
      'GET https://feeds.example/rss?auth=***&v=7',
    );
    assert.equal(
      redactor.redact('https://www.youtube.com/watch?v=dQw4w9WgXcQ'),
      'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
    );
    redactor.addFeed('https://feeds.example/private/a8f3kd93jfk3jd93k/show.xml?u=longuser1');
    assert.equal(
      redactor.redact('https://feeds.example/private/a8f3kd93jfk3jd93k/show.xml?u=longuser1'),
      'https://feeds.example/private/***/show.xml?u=***',
    );
  });

  it('hides a password with an @, all cookies, and queries that are separated by semicolons', () => {
    const redactor = new Redactor();
    assert.equal(redactor.redact('http://user:p@ss-word1@host/x'), 'http://***@host/x');
    assert.equal(redactor.redact('http://user:p/ss?wo#rd@host/x?v=1'), 'http://***@host/x?v=1');
    assert.equal(redactor.redact('Cookie: SID=abc; HSID=def; x=1\nnext'), 'Cookie: ***\nnext');
    assert.equal(
      redactor.redact('https://a.example/f?v=1;auth=abc;x=2'),
      'https://a.example/f?v=1;auth=***;x=2',
    );
    assert.equal(redactor.redact('https://a.example/@handle?x=y@z'), 'https://a.example/@handle?x=y@z');
  });

  it('hides headers that carry keys', () => {
    const redactor = new Redactor();
    assert.equal(redactor.redact('Authorization: Bearer sk-123456789'), 'Authorization: ***');
    assert.equal(redactor.redact('sent Bearer sk-123456789|abc'), 'sent Bearer ***');
  });

  it('keeps each message on one line and free of terminal escapes', () => {
    const lines: string[] = [];
    const log = createLog(new Redactor(), (_level, line) => lines.push(line));
    log.write('info', 'title\r\n[error] forged\u001b[31m\u2028x\u202e');
    assert.deepEqual(lines, ['title [error] forged [31m x']);
  });
});

describe('secrets of the environment', () => {
  const noFeeds = new FeedPassword(undefined, () => undefined);
  const env = { DEAPI_API_KEY: ' dpn-sk-1 ', OPENAI_API_KEY: 'sk-2', BULK_TRANSCRIBE_PROXY_PASSWORD: 'pw-3' };
  const settings = () =>
    readSettings({
      'openai.endpoint': 'https://api.groq.example/openai/v1',
      proxies: ['http://me@p.example:80'],
    }).settings;

  it('go to the origin of their own endpoint and nowhere else', async () => {
    const redactor = new Redactor();
    const secrets = environmentSecrets(env, settings, redactor, noFeeds);
    assert.equal(await secrets.get('deapi', 'https://api.deapi.ai'), 'dpn-sk-1');
    assert.equal(await secrets.get('deapi', 'https://api.deapi.ai/v2/x'), 'dpn-sk-1');
    assert.equal(await secrets.get('deapi', 'https://evil.example'), undefined);
    assert.equal(await secrets.get('deapi', 'http://api.deapi.ai'), undefined);
    assert.equal(await secrets.get('openai', 'https://api.groq.example'), 'sk-2');
    assert.equal(await secrets.get('openai', 'https://api.openai.com'), undefined);
    assert.equal(await secrets.get('proxy', 'http://p.example'), 'pw-3');
    assert.equal(await secrets.get('proxy', 'http://of-the-environment.example:3128'), undefined);
    assert.equal(redactor.redact('key sk-2 dpn-sk-1'), 'key *** ***');
  });

  it('hide the user name and password of feeds in logs in every form', async () => {
    const redactor = new Redactor();
    const feeds = new FeedPassword('ann:secret:word@https://feeds.example', () => undefined);
    const secrets = environmentSecrets({}, settings, redactor, feeds);
    assert.equal(await secrets.get('feed', 'https://feeds.example'), 'ann:secret:word');
    assert.equal(await secrets.get('feed', 'https://other.example'), undefined);
    const basic = Buffer.from('ann:secret:word').toString('base64');
    assert.equal(redactor.redact(`ann:secret:word secret:word ${basic}`), '*** *** ***');
  });

  it('are absent when no endpoint is set', async () => {
    const secrets = environmentSecrets(env, () => readSettings().settings, new Redactor(), noFeeds);
    assert.equal(await secrets.get('openai', ''), undefined);
  });
});

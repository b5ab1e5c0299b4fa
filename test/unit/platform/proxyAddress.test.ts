import { strict as assert } from 'node:assert';
import { environmentProxy, parseProxy } from '../../../src/platform/proxyAddress';

describe('proxies as they are written', () => {
  it('are read in every form, with what belongs into them', () => {
    assert.deepEqual(parseProxy('socks5h://me@h.example:1081'), {
      scheme: 'socks5',
      host: 'h.example',
      port: 1081,
      user: 'me',
      via: 'proxy',
      key: 'socks5h://h.example:1081',
    });
    assert.equal(parseProxy('http://h')?.port, 80);
    assert.equal(parseProxy('https://h')?.port, 443);
    assert.equal(parseProxy('socks5://[::1]')?.port, 1080);
    assert.equal(parseProxy('socks5://[::1]')?.host, '::1');
    assert.equal(parseProxy('h.example:3128')?.port, 3128);
    assert.equal(parseProxy('tor')?.via, 'tor');
    assert.equal(parseProxy('http://u%40x:p%3Aw@h')?.user, 'u@x');
    for (const wrong of ['', 'ftp://h', 'http://', 'not a proxy']) assert.equal(parseProxy(wrong), undefined);
  });

  it('follow the environment and its exceptions', () => {
    const env = {
      HTTPS_PROXY: 'http://p.example:3128',
      http_proxy: 'http://q.example:3128',
      NO_PROXY: 'intra.example, .corp.example,10.0.0.0/8,with.port:8443 [::2]',
    };
    const of = (secure: boolean, host: string, port = 443): string | undefined =>
      environmentProxy(env, secure, host, port)?.host;
    assert.equal(of(true, 'www.youtube.com'), 'p.example');
    assert.equal(of(false, 'www.youtube.com', 80), 'q.example');
    for (const host of [
      'intra.example',
      'a.intra.example',
      'x.corp.example',
      '10.2.3.4',
      '127.0.0.1',
      'localhost',
      '[::1]',
    ])
      assert.equal(of(true, host), undefined, host);
    assert.equal(of(true, 'notintra.example'), 'p.example');
    assert.equal(of(true, 'with.port', 8443), undefined);
    assert.equal(of(true, 'with.port', 443), 'p.example');
    assert.equal(environmentProxy({ ALL_PROXY: 'socks5://s' }, true, 'x.example', 443)?.scheme, 'socks5');
    assert.equal(environmentProxy({ ...env, NO_PROXY: '*' }, true, 'x.example', 443), undefined);
    assert.equal(environmentProxy({}, true, 'x.example', 443), undefined);
    for (const HTTPS_PROXY of ['socks4://s.example:1080', '::bad::'])
      assert.throws(() => environmentProxy({ HTTPS_PROXY }, true, 'x.example', 443), /not understood/);
  });
});

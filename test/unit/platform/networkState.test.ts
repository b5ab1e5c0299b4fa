/** What an error of a connection says beyond the host that was asked. */
import assert from 'node:assert/strict';
import { networkStateOf } from '../../../src/platform/networkState';

const error = (code: string): Error => Object.assign(new Error(code), { code });
const online = (): boolean => true;
const offline = (): boolean => false;

describe('The state of the network', () => {
  it('is offline where no name can be looked up or no network be reached, at whatever host', () => {
    for (const code of ['EAI_AGAIN', 'ENETUNREACH', 'ENETDOWN'])
      assert.equal(networkStateOf(error(code), 'feeds.example.org', online), 'offline', code);
  });

  it('is not known from a name that is not found, unless it exists or this computer has no address', () => {
    assert.equal(networkStateOf(error('ENOTFOUND'), 'feeds.exmaple.org', online), undefined);
    assert.equal(networkStateOf(error('ENOTFOUND'), 'feeds.example.org', offline), 'offline');
    assert.equal(networkStateOf(error('ENOTFOUND'), 'www.youtube.com', online), 'offline');
  });

  it('is that of all addresses that were tried: without IPv6 only half of them cannot be reached', () => {
    const both = (...codes: readonly string[]): Error => new AggregateError(codes.map(error));
    assert.equal(networkStateOf(both('ENETUNREACH', 'ECONNREFUSED'), 'a.example', offline), undefined);
    assert.equal(networkStateOf(both('ENETUNREACH', 'ENETUNREACH'), 'a.example', online), 'offline');
  });

  it('is doubtful with a certificate that is not trusted or of another host, and unknown with other errors', () => {
    for (const code of ['ERR_TLS_CERT_ALTNAME_INVALID', 'SELF_SIGNED_CERT_IN_CHAIN'])
      assert.equal(networkStateOf(error(code), 'www.youtube.com', online), 'certificate', code);
    for (const code of ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'CERT_HAS_EXPIRED', ''])
      assert.equal(networkStateOf(error(code), 'www.youtube.com', online), undefined, code);
    assert.equal(networkStateOf(new Error('other'), 'www.youtube.com', offline), undefined);
  });
});

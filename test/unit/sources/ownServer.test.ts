import assert from 'node:assert/strict';
import { isOwnAddress, isOwnServer, mayBeOwnServer } from '../../../src/sources/ownServer';

const own = [
  'http://localhost:8080/v1',
  'http://speech.localhost/v1',
  'http://127.0.0.1/v1',
  'http://127.1.2.3/v1',
  'http://0.0.0.0:8000/v1',
  'http://10.0.0.3/v1',
  'http://172.16.9.9/v1',
  'http://192.168.1.5:9/v1',
  'http://169.254.3.4/v1',
  'http://100.64.0.7/v1',
  'http://100.101.102.103:8000/v1',
  'http://[::1]:1/v1',
  'http://[fe80::1]/v1',
  'http://[fd12::1]/v1',
  'http://studio.local:8080/v1',
];
/** Names that lead to the user's own machine in all likelihood, and do not prove it. */
const likely = [
  'http://gpu-box:8000/v1',
  'http://GPU-BOX/v1',
  'http://nas.lan/v1',
  'http://speech.home.arpa/v1',
  'http://vm.internal./v1',
  'http://host.docker.internal:8000/v1',
  'https://gpu.tail1234.ts.net/v1',
];
const foreign = [
  'https://api.openai.com/v1',
  'http://8.8.8.8/v1',
  'http://100.128.0.1/v1',
  'http://172.32.0.1/v1',
  'http://[2606:4700::1111]/v1',
  'http://10.example.org/v1',
  'http://192.168.1.5.example.org/v1',
  'https://localhost.example/v1',
  'https://local.example.com/v1',
  'https://evil-ts.net/v1',
];

describe('Own servers', () => {
  it('are this computer and private addresses, without a word', () => {
    assert.deepEqual(
      own.filter((address) => !isOwnAddress(address)),
      [],
    );
    assert.deepEqual([...likely, ...foreign, '', 'no address'].filter(isOwnAddress), []);
  });

  it('are any other by the word of the setting alone', () => {
    for (const endpoint of [...likely, ...foreign]) {
      assert.ok(!isOwnServer({ 'openai.endpoint': endpoint, 'openai.ownServer': false }), endpoint);
      assert.ok(isOwnServer({ 'openai.endpoint': endpoint, 'openai.ownServer': true }), endpoint);
    }
  });

  it('are proposed to the user by names that no service on the internet has', () => {
    assert.deepEqual(
      [...own, ...likely].filter((address) => !mayBeOwnServer(address)),
      [],
    );
    assert.deepEqual([...foreign, ''].filter(mayBeOwnServer), []);
  });
});

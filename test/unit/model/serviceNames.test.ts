import assert from 'node:assert/strict';
import { keptServiceName, serviceHere } from '../../../src/model/serviceAt';
import { serviceLabel, serviceName, serviceNameAt } from '../../../src/model/serviceNames';
import { openAiPresets } from '../../../src/sources/openaiPresets';

describe('The name of a service in a sentence', () => {
  it('is that of the service at the address, as its users know it', () => {
    assert.equal(serviceNameAt('openai', 'https://api.groq.com'), 'Groq');
    assert.equal(serviceNameAt('openai', 'https://api.openai.com/v1'), 'OpenAI');
    assert.equal(serviceNameAt('openai', 'https://mine.openai.azure.com'), 'Azure OpenAI');
    assert.equal(serviceNameAt('openai', 'https://speech.example:8443/v1'), 'speech.example');
    assert.equal(serviceNameAt('openai', 'https://constructor.example'), 'constructor.example');
    assert.equal(serviceHere('openai', 'http://gpu-box:8000/v1'), 'your server gpu-box');
    assert.equal(serviceHere('openai', 'http://10.0.0.7/v1'), 'your server 10.0.0.7');
    assert.equal(serviceHere('openai', 'http://127.0.0.1:8080'), 'your server on this computer');
    assert.equal(serviceNameAt('openai', ''), serviceName('openai'));
    assert.equal(serviceNameAt('deapi', 'https://api.deapi.ai'), 'deAPI');
  });

  it('has no article where it is in no sentence', () => {
    assert.equal(serviceName('subtitleFile'), 'the subtitle file');
    assert.deepEqual(['subtitleFile', 'openai', 'youtube'].map(serviceLabel), [
      'subtitle file',
      'speech service',
      'YouTube',
    ]);
  });

  it('names no host in what is kept in a batch’s folder', () => {
    const kept = (address: string): string => keptServiceName('openai', address);
    assert.deepEqual(
      ['https://api.groq.com/openai/v1', 'http://gpu-box/v1', 'https://speech.example/v1', ''].map(kept),
      ['Groq', 'your server', 'the speech service', 'the speech service'],
    );
  });

  it('is known for every service that the set-up offers', () => {
    for (const { kind, name, endpoint } of openAiPresets)
      if (kind === 'service') assert.ok(name.startsWith(serviceNameAt('openai', endpoint)), name);
  });
});

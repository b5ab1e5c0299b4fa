import assert from 'node:assert/strict';
import { serviceName, serviceNameAt } from '../../../src/model/serviceNames';
import { openAiPresets } from '../../../src/sources/openaiPresets';

describe('The name of a service in a sentence', () => {
  it('is that of the service at the address, as its users know it', () => {
    assert.equal(serviceNameAt('openai', 'https://api.groq.com'), 'Groq');
    assert.equal(serviceNameAt('openai', 'https://api.openai.com/v1'), 'OpenAI');
    assert.equal(serviceNameAt('openai', 'https://mine.openai.azure.com'), 'Azure OpenAI');
    assert.equal(serviceNameAt('openai', 'https://speech.example:8443/v1'), 'speech.example');
    assert.equal(serviceNameAt('openai', 'https://constructor'), 'constructor');
    assert.equal(serviceNameAt('openai', ''), serviceName('openai'));
    assert.equal(serviceNameAt('deapi', 'https://api.deapi.ai'), 'deAPI');
  });

  it('is known for every service that the set-up offers', () => {
    for (const { kind, name, endpoint } of openAiPresets)
      if (kind === 'service') assert.ok(name.startsWith(serviceNameAt('openai', endpoint)), name);
  });
});

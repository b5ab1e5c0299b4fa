import assert from 'node:assert/strict';
import { settingProblem } from '../../../src/model/settings';
import { addressProblem, hasVersion, keyHeaders, openAiUrl } from '../../../src/sources/openaiAddress';

const azure = 'https://mine.openai.azure.com';

describe('The address of an OpenAI-compatible service', () => {
  it('may be what people paste: with the full path, a slash at the end, Azure’s resource', () => {
    const upload: readonly (readonly [string, string])[] = [
      ['https://api.openai.com/v1', 'https://api.openai.com/v1/audio/transcriptions'],
      ['https://api.openai.com/v1/', 'https://api.openai.com/v1/audio/transcriptions'],
      ['https://api.openai.com/v1/audio/transcriptions', 'https://api.openai.com/v1/audio/transcriptions'],
      ['https://api.openai.com/v1/audio/transcriptions/', 'https://api.openai.com/v1/audio/transcriptions'],
      ['https://api.openai.com/v1/audio/translations', 'https://api.openai.com/v1/audio/transcriptions'],
      ['http://127.0.0.1:8000/v1/chat/completions', 'http://127.0.0.1:8000/v1/audio/transcriptions'],
      ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/audio/transcriptions'],
      [azure, `${azure}/openai/v1/audio/transcriptions`],
      [`${azure}/openai/v1`, `${azure}/openai/v1/audio/transcriptions`],
      [
        `${azure}/openai/deployments/w/audio/transcriptions?api-version=2024-06-01`,
        `${azure}/openai/deployments/w/audio/transcriptions?api-version=2024-06-01`,
      ],
      [
        `${azure}/openai/deployments/w`,
        `${azure}/openai/deployments/w/audio/transcriptions?api-version=2024-10-21`,
      ],
    ];
    for (const [endpoint, url] of upload) {
      assert.equal(settingProblem('openai.endpoint', endpoint), undefined, endpoint);
      assert.equal(openAiUrl(endpoint, 'audio/transcriptions'), url);
    }
    assert.equal(
      openAiUrl(`${azure}/openai/deployments/w/audio/transcriptions?api-version=2024-06-01`, 'models'),
      `${azure}/openai/models?api-version=2024-06-01`,
    );
    assert.notEqual(settingProblem('openai.endpoint', 'https://x.example/v1?key=secret'), undefined);
  });

  it('decides in which header the key goes', () => {
    assert.deepEqual(keyHeaders(azure, 'k'), { 'api-key': 'k' });
    assert.deepEqual(keyHeaders('https://api.openai.com/v1', 'k'), { authorization: 'Bearer k' });
    assert.deepEqual(keyHeaders(`${azure}.example/v1`, 'k'), { authorization: 'Bearer k' });
    assert.deepEqual(keyHeaders(azure, undefined), {});
  });

  it('has a version, or is worth a question', () => {
    assert.ok(hasVersion('http://127.0.0.1:8000/v1'));
    assert.ok(hasVersion('https://api.deepinfra.com/v1/openai'));
    assert.ok(hasVersion(azure));
    assert.ok(!hasVersion('http://127.0.0.1:8000'));
    assert.ok(!hasVersion('http://127.0.0.1:8000/audio/transcriptions'));
  });

  it('of OpenRouter is refused before anything is sent', () => {
    const problem = addressProblem('https://openrouter.ai/api/v1');
    assert.deepEqual([problem?.code, problem?.forAll, problem?.unsent], ['tool-missing', true, true]);
    assert.match(problem?.message ?? '', /JSON/);
    assert.equal(addressProblem('https://openrouter.ai.example/v1'), undefined);
  });
});

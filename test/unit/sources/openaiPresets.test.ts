import assert from 'node:assert/strict';
import { settingProblem } from '../../../src/model/settings';
import { isAzure, openAiPresets, serviceAt } from '../../../src/sources/openaiPresets';
import { isOwnAddress } from '../../../src/sources/ownServer';
import { speechModel } from '../../../src/sources/speechModels';

describe('The presets of speech-to-text services', () => {
  it('each fill in settings that are valid as they are', () => {
    for (const { id, endpoint, model, maxUploadMB } of openAiPresets) {
      assert.equal(settingProblem('openai.endpoint', endpoint), undefined, id);
      assert.equal(settingProblem('openai.model', model), undefined, id);
      assert.equal(settingProblem('openai.maxUploadMB', maxUploadMB), undefined, id);
    }
  });

  it('say what to know in one line that VS Code does not cut', () => {
    for (const { id, note = '' } of openAiPresets) assert.ok(note.length <= 85, id);
  });

  it('have ids of their own, and ask a key where they cost money', () => {
    assert.equal(new Set(openAiPresets.map(({ id }) => id)).size, openAiPresets.length);
    for (const preset of openAiPresets) {
      assert.equal(preset.needsKey, preset.kind === 'service', preset.id);
      assert.equal(isOwnAddress(preset.endpoint), preset.kind === 'own', preset.id);
      assert.equal(preset.keyPage?.startsWith('https://'), preset.needsKey ? true : undefined, preset.id);
    }
  });

  it('are found by address, but for programs that share a port', () => {
    assert.equal(serviceAt('https://api.groq.com/openai/v1/audio/transcriptions')?.id, 'groq');
    assert.equal(serviceAt('https://mine.openai.azure.com/openai/v1')?.id, 'azure');
    assert.equal(serviceAt('http://127.0.0.1:8080/v1'), undefined);
    assert.equal(serviceAt('http://api.groq.com.example/v1'), undefined);
    assert.ok(!isAzure('https://openai.azure.com.example/v1'));
  });

  it('know the limits of their models', () => {
    const seconds = (endpoint: string, model: string): number | undefined =>
      speechModel(endpoint, model).longestSeconds;
    assert.equal(seconds('https://api.openai.com/v1', 'gpt-4o-transcribe'), 1390);
    assert.equal(seconds('https://api.openai.com/v1', 'gpt-4o-mini-transcribe-2025-12-15'), 1390);
    assert.equal(seconds('http://gateway.example/v1', 'openai/gpt-4o-transcribe'), 1390);
    assert.equal(seconds('https://api.openai.com/v1', 'whisper-1'), undefined);
    assert.equal(speechModel('https://api.groq.com/openai/v1', 'whisper-large-v3').promptCharacters, 896);
    assert.deepEqual(speechModel('http://127.0.0.1:1/v1', 'anything').answers, ['verbose_json', 'json']);
    assert.equal(
      speechModel('http://127.0.0.1:1/v1', 'gpt-4o-transcribe-diarize').answers[0],
      'diarized_json',
    );
  });
});

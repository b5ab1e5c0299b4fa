// Which part of a set-up a failed trial found wrong: that part is asked for again, and nothing else.
import assert from 'node:assert/strict';
import { failure, type FailureCode } from '../../../../src/model/failure';
import { wrongPart } from '../../../../src/sources/speechSetup/services';

describe('What a failed trial of speech-to-text asks for again', () => {
  const part = (code: FailureCode, subject?: string): string | undefined =>
    wrongPart(failure(code, 'x', subject === undefined ? {} : { subject }));

  it('is the key where it was refused, and the address where none may be sent', () => {
    assert.equal(part('auth', 'Groq'), 'key');
    assert.equal(part('payment', 'deAPI'), 'key');
    assert.equal(part('auth', 'deapi-http'), 'address');
    assert.equal(part('auth', 'openai-http'), 'address');
  });

  it('is the address, the model or the program that the failure names', () => {
    for (const subject of ['openai-address', 'openai-form', 'deapi-address'])
      assert.equal(part('tool-missing', subject), 'address');
    for (const subject of ['openai-model', 'deapi-model', 'whisper-model', 'whisper-memory'])
      assert.equal(part('tool-missing', subject), 'model');
    assert.equal(part('tool-missing', 'whisper-program'), 'program');
  });

  it('is nothing where the service has a fault', () => {
    assert.equal(part('bad-response', 'Groq'), undefined);
    assert.equal(part('no-speech'), undefined);
  });
});

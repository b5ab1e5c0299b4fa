/** Every service of the presets, with every refusal that was seen: the outcome, and the requests made for it. */
import assert from 'node:assert/strict';
import { FailureError, type Failure } from '../../../src/model/failure';
import type { Http, HttpResponse } from '../../../src/model/ports';
import { OpenAiClient } from '../../../src/sources/openaiClient';
import { openAiPresets, type OpenAiPreset } from '../../../src/sources/openaiPresets';
import { FakeClock } from '../../helpers/fakeClock';
import { sourceRequest } from '../../helpers/sourceRequest';
import { seenRefusals, type SeenRefusal } from '../../helpers/refusals';

/** What one upload ends with, the uploads made, and the headers in which a key was. */
async function outcome(
  preset: OpenAiPreset,
  { status, body, type = 'application/json', headers = {} }: SeenRefusal,
): Promise<{
  readonly failure: Failure;
  readonly uploads: number;
  readonly keys: readonly string[];
}> {
  let uploads = 0;
  const keys: string[] = [];
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer: HttpResponse = {
    status,
    headers: { 'content-type': type, ...headers },
    body: Buffer.from(text),
    via: 'direct',
    url: '',
  };
  const http: Http = {
    request: (request) => {
      if (request.method !== 'POST') return Promise.resolve({ ...answer, status: 404 });
      uploads += 1;
      for (const name of ['authorization', 'api-key']) if (request.headers?.[name]) keys.push(name);
      return Promise.resolve(answer);
    },
  };
  const secrets = { get: () => Promise.resolve('sk-test') };
  const client = new OpenAiClient({ http, secrets, clock: new FakeClock() });
  const { request } = sourceRequest(
    { kind: 'media', url: 'file:///talk.mp3', id: 'a', path: '/talk.mp3' },
    { settings: { 'openai.endpoint': preset.endpoint, 'openai.model': preset.model || 'whisper' } },
  );
  try {
    await client.transcribe(request, { file: '/talk.mp3', offset: 0, seconds: 60 }, request.started);
    throw new Error('a transcript from a refusal');
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return { failure: error.failure, uploads, keys };
  }
}

describe('Services and their refusals', () => {
  for (const preset of openAiPresets)
    it(`end alike at ${preset.name}: one upload each, in the service's words`, async () => {
      for (const shape of seenRefusals) {
        const { failure, uploads, keys } = await outcome(preset, shape);
        const what = `${shape.what} ${shape.status} "${shape.says}"`;
        // The service may have done the work where a gateway lost its answer.
        const lost = preset.kind === 'service' && [502, 504].includes(shape.status);
        assert.equal(failure.code, lost ? 'maybe-charged' : shape.code, what);
        assert.equal(failure.forAll, lost ? undefined : shape.forAll, what);
        if (!lost) assert.ok(failure.message.includes(shape.says), `${what}: ${failure.message}`);
        assert.equal(uploads, 1, what);
        assert.deepEqual(keys, [preset.id === 'azure' ? 'api-key' : 'authorization']);
      }
    });
});

import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import { openaiLine } from '../../../src/sources/openaiSetup';
import type { SetupLine } from '../../../src/sources/setupLine';
import { realParts } from '../../helpers/realParts';

type Answers = Readonly<
  Record<string, readonly [status: number, body: unknown, headers?: Record<string, string>]>
>;

/** Check Setup's line about a server with these answers, by method and path; everything else is not found. */
async function lineOf(
  answers: Answers,
  settings: Partial<Settings> = {},
  path = '/v1',
): Promise<SetupLine & { readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const name = `${request.method ?? ''} ${request.url ?? ''}`;
    asked.push(name);
    const [status, body, headers] = answers[name] ?? [404, { detail: 'Not Found' }];
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    request.resume();
    response
      .writeHead(status, { 'content-type': type, ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const parts = realParts({ [`openai ${origin}`]: 'secret-key' });
  try {
    const all = { ...defaultSettings, 'openai.endpoint': `${origin}${path}`, ...settings };
    return { ...(await openaiLine(parts, all, new AbortController().signal)), asked };
  } finally {
    parts.close();
    server.close();
    server.closeAllConnections();
  }
}

const models = (...ids: readonly string[]): Answers => ({
  'GET /v1/models': [200, { object: 'list', data: ids.map((id) => ({ id })) }],
});

describe('Check Setup about an OpenAI-compatible service', () => {
  it('is content where the model is listed, and where nothing is', async () => {
    const listed = await lineOf(models('tiny', 'whisper-1'));
    assert.deepEqual([listed.state, listed.nextStep], ['ok', undefined]);
    assert.match(listed.text, /^http:\/\/127\.0\.0\.1:\d+, whisper-1\.$/);
    assert.equal((await lineOf(models())).state, 'ok');
  });

  it('asks a wrong address once, and asks about /v1 where there is none', async () => {
    const line = await lineOf({}, {}, '');
    assert.equal(line.state, 'error');
    assert.match(
      line.text,
      /There is nothing at http:\/\/127\.0\.0\.1:\d+\/models; does the address end in \/v1\?$/,
    );
    assert.deepEqual(line.asked, ['GET /models']);
    const slash = await lineOf({}, {}, '/');
    assert.match(slash.text, /:\d+\/models; does the address/);
  });

  it('knows a server without a list of models from one without the interface', async () => {
    const without = await lineOf({ 'POST /v1/audio/transcriptions': [400, { error: "no 'file' field" }] });
    assert.equal(without.state, 'ok');
    assert.deepEqual(without.asked, ['GET /v1/models', 'POST /v1/audio/transcriptions']);
    const nothing = await lineOf({});
    assert.equal(nothing.state, 'error');
    assert.match(nothing.text, /There is nothing at \S+\/v1\/models; is the address right\?/);
    const elsewhere = await lineOf({ 'GET /v1/models': [200, { error: 'Unexpected endpoint or method.' }] });
    assert.equal(elsewhere.state, 'error');
  });

  it('says where a page or another address answers', async () => {
    const page = await lineOf({
      'GET /v1/models': [200, '<!doctype html><html><title>Open WebUI</title></html>'],
    });
    assert.match(page.text, /a web page at \S+\/v1\/models, "Open WebUI"/);
    const moved = await lineOf({
      'GET /v1/models': [301, {}, { location: 'https://x.example/v1/models?token=1' }],
    });
    assert.match(moved.text, /leads to https:\/\/x\.example\/v1\/models;/);
    assert.deepEqual([page.state, moved.state], ['error', 'error']);
  });

  it('names the models that there are where the one wanted is not', async () => {
    const line = await lineOf(models('llama', 'openai/whisper-large-v3'));
    assert.deepEqual([line.state, line.nextStep], ['warn', 'Set openai.model to one of them.']);
    assert.match(line.text, /does not list this model; it has openai\/whisper-large-v3\./);
  });

  it('says what the service says of the key, a fault, and an interface that is another one', async () => {
    const key = await lineOf({ 'GET /v1/models': [401, { error: { message: 'Incorrect API key' } }] });
    assert.deepEqual([key.state, key.nextStep], ['error', 'Set the key again.']);
    assert.match(key.text, /It says: Incorrect API key/);
    const late = await lineOf({ 'POST /v1/audio/transcriptions': [401, { detail: 'Not authenticated' }] });
    assert.equal(late.nextStep, 'Set the key again.');
    const fault = await lineOf({ 'GET /v1/models': [503, { error: { message: 'Loading model' } }] });
    assert.equal(fault.state, 'warn');
    assert.match(fault.text, /answered 503\. It says: Loading model/);
    const other = await lineOf({}, { 'openai.endpoint': 'https://openrouter.ai/api/v1' });
    assert.deepEqual([other.state, other.asked], ['error', []]);
  });
});

import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultSettings, type Settings } from '../../../src/model/settings';
import {
  firstForm,
  isTranslated,
  requestForm,
  unheardWishes,
  type ServerKind,
} from '../../../src/sources/openaiRequest';
import { OwnServers } from '../../../src/sources/openaiServers';
import { realParts } from '../../helpers/realParts';

const openai = 'https://api.openai.com/v1';
const groq = 'https://api.groq.com/openai/v1';
const mistral = 'https://api.mistral.ai/v1';
const own = 'http://127.0.0.1:8080/v1';

const settingsOf = (endpoint: string, model: string, more: Partial<Settings> = {}): Settings => ({
  ...defaultSettings,
  'openai.endpoint': endpoint,
  'openai.model': model,
  ...more,
});
const sent = (settings: Settings, server: ServerKind = 'other'): Readonly<Record<string, string>> => {
  const { end, fields } = requestForm(settings, firstForm(settings), server);
  return {
    end,
    ...Object.fromEntries(fields.filter(([name]) => !/^(?:model|timestamp_granularities\[\])$/.test(name))),
  };
};

describe('A request to an OpenAI-compatible service', () => {
  it('asks for the times of segments and of words', () => {
    const settings = settingsOf(openai, 'whisper-1');
    assert.deepEqual(requestForm(settings, firstForm(settings), 'other').fields, [
      ['model', 'whisper-1'],
      ['response_format', 'verbose_json'],
      ['timestamp_granularities[]', 'segment'],
      ['timestamp_granularities[]', 'word'],
    ]);
  });

  it('names the language that is spoken, and `auto` where none would mean English', () => {
    assert.equal(sent(settingsOf(openai, 'whisper-1', { languages: ['de-AT'] })).language, 'de');
    assert.equal(sent(settingsOf(openai, 'whisper-1', { languages: ['de', 'en'] })).language, undefined);
    assert.equal(sent(settingsOf(openai, 'gpt-4o-transcribe', { 'speech.language': 'nb' })).language, 'no');
    assert.equal(sent(settingsOf(openai, 'whisper-1')).language, undefined);
    for (const server of ['whisper.cpp', 'LocalAI'] as const) {
      assert.equal(sent(settingsOf(own, 'whisper-1'), server).language, 'auto');
      assert.equal(sent(settingsOf(own, 'whisper-1', { languages: ['de'] }), server).language, 'de');
    }
  });

  it('translates only when asked to, at the address for it or by a field', () => {
    const translate = { 'speech.translate': true, 'speech.language': 'de' };
    assert.deepEqual(sent(settingsOf(openai, 'whisper-1')).end, 'audio/transcriptions');
    assert.deepEqual(sent(settingsOf(groq, 'whisper-large-v3', translate)), {
      end: 'audio/translations',
      response_format: 'verbose_json',
    });
    assert.deepEqual(sent(settingsOf(own, 'whisper-1', translate), 'whisper.cpp'), {
      end: 'audio/transcriptions',
      response_format: 'verbose_json',
      language: 'de',
      translate: 'true',
    });
    const plain = settingsOf(openai, 'gpt-4o-transcribe', translate);
    assert.equal(sent(plain).end, 'audio/transcriptions');
    assert.ok(!isTranslated(plain) && isTranslated(settingsOf(openai, 'whisper-1', translate)));
  });

  it('asks who speaks where the model can tell', () => {
    const speakers = { 'speech.speakers': true };
    assert.deepEqual(sent(settingsOf(openai, 'gpt-4o-transcribe-diarize', { 'speech.prompt': 'Özil' })), {
      end: 'audio/transcriptions',
      response_format: 'diarized_json',
      chunking_strategy: 'auto',
    });
    assert.equal(sent(settingsOf(openai, 'whisper-1', speakers)).diarize, undefined);
    assert.equal(sent(settingsOf(own, 'large', speakers)).diarize, 'true');
    assert.equal(sent(settingsOf(own, 'large')).diarize, undefined);
  });

  it('names names: a prompt as long as the service reads, or Mistral’s list, whose times exclude a language', () => {
    const prompt = { 'speech.prompt': 'Dr. Özil, New York' };
    assert.equal(sent(settingsOf(openai, 'whisper-1', prompt)).prompt, 'Dr. Özil, New York');
    assert.equal(sent(settingsOf(openai, 'gpt-4o-transcribe', prompt)).prompt, 'Dr. Özil, New York');
    const long = { 'speech.prompt': Array.from({ length: 300 }, (_, at) => `term${at}`).join(', ') };
    assert.ok((sent(settingsOf(groq, 'whisper-large-v3', long)).prompt?.length ?? 0) <= 896);
    assert.deepEqual(
      sent(
        settingsOf(mistral, 'voxtral-mini-latest', { ...prompt, 'speech.speakers': true, languages: ['de'] }),
      ),
      {
        end: 'audio/transcriptions',
        response_format: 'verbose_json',
        timestamp_granularities: 'segment',
        diarize: 'true',
        context_bias: 'Dr._Özil,New_York',
      },
    );
  });

  it('tells on the row what the model cannot do', () => {
    const all = { 'speech.speakers': true, 'speech.translate': true, 'speech.prompt': 'x '.repeat(1000) };
    assert.deepEqual(unheardWishes(settingsOf(openai, 'gpt-4o-transcribe', all)), [
      'gpt-4o-transcribe cannot say who speaks.',
      'gpt-4o-transcribe does not translate: these are the words as spoken.',
    ]);
    assert.match(
      unheardWishes(settingsOf(groq, 'whisper-large-v3', all))[1] ?? '',
      /reads \d+ characters of speech\.prompt/,
    );
    assert.deepEqual(unheardWishes(settingsOf(own, 'large')), []);
  });
});

describe('The user’s own server', () => {
  it('is asked once what it is, without a key, and a service in the world never', async () => {
    const seen: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`);
      response.writeHead(200, { server: 'whisper.cpp' }).end('<html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const parts = realParts({});
    try {
      const servers = new OwnServers(parts.http);
      const { signal } = new AbortController();
      const settings = settingsOf(
        `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        'whisper-1',
      );
      assert.deepEqual(
        await Promise.all([servers.kindOf(settings, signal), servers.kindOf(settings, signal)]),
        ['whisper.cpp', 'whisper.cpp'],
      );
      assert.deepEqual(seen, ['/ undefined']);
      assert.equal(
        await servers.kindOf(settingsOf('http://speech.example/v1', 'whisper-1'), signal),
        'other',
      );
      assert.equal(await servers.kindOf(settingsOf('http://127.0.0.1:9/v1', 'whisper-1'), signal), 'other');
    } finally {
      server.close();
      parts.close();
    }
  });
});

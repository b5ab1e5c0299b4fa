/** Every form in which services refuse, as they were seen: what each means, its words, and the next step. */
import assert from 'node:assert/strict';
import { rowWords } from '../../../src/model/words';
import { openAiFailure, refusalOf } from '../../../src/sources/openaiErrors';
import { nextForm } from '../../../src/sources/openaiRequest';
import { seenRefusals, type SeenRefusal } from '../../helpers/refusals';

const settings = { 'openai.endpoint': 'http://127.0.0.1:8000/v1', 'openai.model': 'whisper-1' };

describe('A refusal of an OpenAI-compatible service', () => {
  const read = ({
    status,
    body,
    type = 'application/json',
    headers = {},
  }: Pick<SeenRefusal, 'status' | 'body' | 'type' | 'headers'>) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = {
      status,
      headers: { 'content-type': type, ...headers },
      body: Buffer.from(text),
      via: 'direct',
      url: '',
    } as const;
    return { refusal: refusalOf(answer), headers: answer.headers };
  };
  for (const shape of seenRefusals)
    it(`means ${shape.code}: ${shape.what}, ${shape.status} "${shape.says}"`, () => {
      const { refusal, headers } = read(shape);
      assert.ok(refusal, 'it is a refusal');
      const fail = openAiFailure(refusal, settings, headers, 0);
      assert.equal(fail.code, shape.code, fail.message);
      assert.ok(fail.message.includes(shape.says), fail.message);
      assert.equal(fail.forAll, shape.forAll);
      const { cause, next, sentence } = rowWords(fail, { source: 'openai' });
      if (shape.next !== undefined) assert.ok(`${cause} ${next} ${sentence}`.includes(shape.next), sentence);
      assert.equal(
        nextForm(settings, { answer: 'verbose_json', times: true }, refusal),
        undefined,
        'one request',
      );
    });

  it('asks about /v1 where the address has no version, and not where it has', () => {
    const { refusal, headers } = read({ status: 404, body: { detail: 'Not Found' } });
    assert.ok(refusal);
    const bare = { ...settings, 'openai.endpoint': 'http://127.0.0.1:8000' };
    assert.match(openAiFailure(refusal, bare, headers, 0).message, /does the address end in \/v1\?/);
    assert.doesNotMatch(openAiFailure(refusal, settings, headers, 0).message, /end in/);
  });

  it('of the form leads to the next form, once each', () => {
    const form = { answer: 'verbose_json', times: true } as const;
    const bodies = [
      {
        error: {
          message: "response_format 'verbose_json' is not compatible with model 'x'.",
          code: 'unsupported_value',
        },
      },
      { error: { message: 'Unsupported value', param: 'response_format', code: null } },
      {
        detail: [
          {
            type: 'literal_error',
            loc: ['body', 'response_format'],
            msg: "Input should be 'json' or 'text'",
          },
        ],
      },
      '',
    ];
    for (const body of bodies) {
      const { refusal } = read({ status: 400, body });
      assert.ok(refusal);
      assert.deepEqual(
        nextForm(settings, form, refusal),
        { answer: 'json', times: false },
        JSON.stringify(body),
      );
      assert.equal(nextForm(settings, { answer: 'json', times: false }, refusal), undefined);
    }
    const { refusal } = read({
      status: 400,
      body: { error: { message: 'timestamp_granularities is not supported' } },
    });
    assert.ok(refusal);
    assert.deepEqual(nextForm(settings, form, refusal), { answer: 'verbose_json', times: false });
  });

  it('is never seen in an answer with words', () => {
    const good = [
      { text: '', segments: [] },
      { text: 'Not Found', error: null },
      { text: 'x', message: 'hello', detail: 'y' },
      { segments: [{ start: 0, end: 1, text: 'error' }], error: 'half of it' },
      { data: { text: 'x' } },
      { base_resp: { status_code: 0, status_msg: 'success' }, text: 'x' },
      { err_no: 0, err_msg: 'success.', result: ['x'] },
      { Response: { Data: { Result: 'x' }, RequestId: 'y' } },
      { header: { code: 20_000_000, message: 'Success' }, result: { text: 'x' } },
      { response: { code: 200, data: { text: 'x' } }, message: 'done' },
      { errorCode: 1000, message: 'OK', result: 'x' },
      'The model does not exist, he said.',
    ];
    for (const body of good)
      assert.equal(read({ status: 200, body }).refusal, undefined, JSON.stringify(body));
  });
});

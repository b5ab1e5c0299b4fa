/**
 * Check Setup's line about the OpenAI-compatible service: whether something answers at the address, takes the key and
 * has the model. Sends no sound, so it costs nothing.
 */
import type { HttpResponse } from '../model/ports';
import type { Settings } from '../model/settings';
import { addressProblem, hasVersion, openAiUrl } from './openaiAddress';
import { isAzure, serviceAt } from './openaiPresets';
import { askWithoutSound, readModels, speechModelsOf } from './openaiModels';
import { keepsKeyBack } from './keyKeptBack';
import { shortWords, type SourceParts } from './parts';
import { serviceWords } from './serviceWords';
import type { SetupLine } from './setupLine';

const subject = 'openai';
/** Models that are named where the one in the settings is not among them. */
const mostNamed = 5;

type Found = Pick<SetupLine, 'state' | 'text'> & { readonly nextStep?: string };

/** The line. Throws FailureError where the service cannot be reached. */
export async function openaiLine(
  parts: SourceParts,
  settings: Settings,
  signal: AbortSignal,
): Promise<SetupLine> {
  const endpoint = settings['openai.endpoint'];
  const problem = addressProblem(endpoint);
  if (problem)
    return {
      subject,
      state: 'error',
      text: problem.message,
      nextStep: 'Set openai.endpoint to another service.',
    };
  const answer = await askWithoutSound(parts, settings, signal, 'GET', 'models');
  const where = `${serviceAt(endpoint)?.name ?? new URL(endpoint).origin}, ${settings['openai.model']}.`;
  const found = await judge(settings, answer, () =>
    askWithoutSound(parts, settings, signal, 'POST', 'audio/transcriptions'),
  );
  return { subject, ...found, text: found.text === '' ? where : `${where} ${found.text}` };
}

/** `post`: asks the address of the transcriptions itself, without sound. */
async function judge(
  settings: Settings,
  answer: HttpResponse,
  post: () => Promise<HttpResponse>,
): Promise<Found> {
  const { status, headers, body } = answer;
  const said = serviceWords(body, headers['content-type']);
  if (status === 401 || status === 403) return keyRefused(settings, status, said.words);
  if (isNothing(status) || said.isPage || (status < 300 && said.isError)) {
    // whisper.cpp's server has no list of models.
    const upload = hasVersion(settings['openai.endpoint']) && status === 404 ? await post() : undefined;
    if (upload?.status === 401 || upload?.status === 403)
      return keyRefused(settings, upload.status, serviceWords(upload.body).words);
    if (upload !== undefined && !isNothing(upload.status)) return { state: 'ok', text: '' };
    return nothingThere(settings, answer, said.isPage ? said.words : undefined);
  }
  if (status >= 300)
    return {
      state: 'warn',
      text: `It answered ${status}.${quoted(said.words)}`,
      nextStep: 'Look at the service, then check again.',
    };
  return modelFound(settings, body);
}

function keyRefused(settings: Settings, status: number, words: string): Found {
  if (keepsKeyBack(settings, 'openai'))
    return {
      state: 'error',
      text: 'It wants a key, and none is sent over plain http to another computer.',
      nextStep: 'Set openai.ownServer if the server is yours, or use https://.',
    };
  return {
    state: 'error',
    text: `The key was refused (${status}).${quoted(words)}`,
    nextStep: 'Set the key again.',
  };
}

function isNothing(status: number): boolean {
  return (status >= 300 && status < 400) || [404, 405, 410, 501].includes(status);
}

function nothingThere(
  settings: Settings,
  { status, headers }: HttpResponse,
  page: string | undefined,
): Found {
  const endpoint = settings['openai.endpoint'];
  const asked = openAiUrl(endpoint, 'models');
  const question = hasVersion(endpoint) ? 'is the address right?' : 'does the address end in /v1?';
  const there =
    page !== undefined
      ? `There is a web page at ${asked}${page === '' ? '' : `, "${page}"`}`
      : status >= 300 && status < 400 && headers.location !== undefined
        ? `${asked} leads to ${shortWords(headers.location.replace(/\?.*$/, ''), 120)}`
        : `There is nothing at ${asked}`;
  return { state: 'error', text: `${there}; ${question}`, nextStep: 'Correct openai.endpoint.' };
}

/** Azure lists what could be deployed, not what is. */
function modelFound(settings: Settings, body: Uint8Array): Found {
  const model = settings['openai.model'];
  const ids = readModels(body).map(({ id }) => id);
  if (ids.length === 0 || isAzure(settings['openai.endpoint']) || ids.includes(model))
    return { state: 'ok', text: '' };
  const named = speechModelsOf(ids).slice(0, mostNamed).join(', ');
  return {
    state: 'warn',
    text: `The service does not list this model; it has ${shortWords(named)}.`,
    nextStep: 'Set openai.model to one of them.',
  };
}

function quoted(words: string): string {
  return words === '' ? '' : ` It says: ${words}`;
}

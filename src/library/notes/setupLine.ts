/** Check Setup's line about notes: which model writes them, whether it is there, or how to set one up. */
import * as v from 'valibot';
import { toFailure } from '../../model/failure';
import type { HttpResponse } from '../../model/ports';
import type { Settings } from '../../model/settings';
import { readJson, shortWords } from '../../sources/parts';
import { serviceWords } from '../../sources/serviceWords';
import type { SetupLine } from '../../sources/setupLine';
import type { ChatEndpoints } from './chatEndpoint';
import type { ChatModels } from './chatModel';

const subject = 'notes';
/** Models that are named where the one in the settings is not among them. */
const mostNamed = 5;

const listSchema = v.object({ data: v.array(v.unknown()) });
const entrySchema = v.object({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(200)) });

/** The names in an answer to `/models`; none where it is no such list. */
export function listedModels({ status, body }: Pick<HttpResponse, 'status' | 'body'>): readonly string[] {
  const list = v.safeParse(listSchema, status === 200 ? readJson(body) : undefined);
  return (list.success ? list.output.data : []).flatMap((one) => {
    const entry = v.safeParse(entrySchema, one);
    return entry.success ? [entry.output.id] : [];
  });
}

/** Never throws; sends one request where an endpoint is set, and no word of a transcript. */
export async function notesLine(
  models: ChatModels,
  endpoints: Pick<ChatEndpoints, 'list'>,
  settings: Settings,
  signal: AbortSignal,
): Promise<SetupLine> {
  try {
    const endpoint = settings['notes.endpoint'];
    const found = await models.readiness(settings);
    if (!found.ready)
      return {
        subject,
        state: endpoint === '' && settings['notes.model'] === '' ? 'off' : 'error',
        text: found.why,
        nextStep: found.nextStep,
      };
    if (endpoint === '') return { subject, state: 'ok', text: `${found.detail}.` };
    return { subject, ...judge(settings, found.detail, await endpoints.list(endpoint, signal)) };
  } catch (error) {
    const { code, message } = toFailure(error);
    const isAway = code === 'network' || code === 'timeout';
    return {
      subject,
      state: isAway ? 'warn' : 'error',
      text: isAway
        ? `${new URL(settings['notes.endpoint']).origin} could not be reached: ${shortWords(message)}`
        : shortWords(message),
      nextStep: isAway
        ? 'Start the server or check the connection, then check again.'
        : 'Correct notes.endpoint.',
    };
  }
}

function judge(settings: Settings, detail: string, answer: HttpResponse): Omit<SetupLine, 'subject'> {
  const { status, headers, body } = answer;
  const said = serviceWords(body, headers['content-type']);
  const words = said.words === '' ? '' : ` It says: ${shortWords(said.words)}`;
  if (status === 401 || status === 403)
    return {
      state: 'error',
      text: `${detail}. The key was refused (${status}).${words}`,
      nextStep: 'Set the key again.',
    };
  // Not every server has a list of models: the first request for notes will show more.
  if (status === 404 || status === 405)
    return {
      state: 'warn',
      text: `${detail}. There is no list of models at ${settings['notes.endpoint']}; is the address right?`,
      nextStep: 'Correct notes.endpoint where it is wrong; most end in /v1.',
    };
  if (status >= 300)
    return {
      state: 'warn',
      text: `${detail}. It answered ${status}.${words}`,
      nextStep: 'Look at the service, then check again.',
    };
  const ids = listedModels(answer);
  const model = settings['notes.model'];
  // Ollama lists `llama3.2:latest` and takes `llama3.2` as well.
  if (ids.length === 0 || ids.includes(model) || ids.includes(`${model}:latest`))
    return { state: 'ok', text: `${detail}.` };
  return {
    state: 'warn',
    text: `${detail}. The service does not list this model; it has ${shortWords(ids.slice(0, mostNamed).join(', '))}.`,
    nextStep: 'Set notes.model to one of them.',
  };
}

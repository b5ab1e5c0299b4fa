/**
 * A service's own words in an answer that is a refusal, whatever its form: OpenAI's `{error:{message}}`, FastAPI's
 * `{detail}`, problem details (RFC 9457), plain text, a web page of a proxy in between. Pure.
 */
import { isPlain, type Plain } from '../model/plain';
import { readJson, shortWords } from './parts';

/** What a refusal says. */
export interface ServiceWords {
  /** One line, not long; empty where the service said nothing. */
  readonly words: string;
  /** More of what it says, for waits that stand behind the first words or in fields of their own: JSON as it came. */
  readonly whole: string;
  /** The service's own codes and types, in lower case: `model_not_found`, `insufficient_quota`. */
  readonly codes: readonly string[];
  /** A status that stands in the body, as in answers with HTTP 200. */
  readonly status?: number;
  /** The body is JSON that says it is an error; a body with a transcript is none. */
  readonly isError: boolean;
  /** The body is a web page. */
  readonly isPage: boolean;
}

/** Fields that hold words, the most exact first; by their folded names. */
const wordFields = [
  'message',
  'msg',
  'detail',
  'details',
  'description',
  'errordescription',
  'errormessage',
  'errormsg',
  'errmsg',
  'statusmsg',
  'statustext',
  'err',
  'reason',
  'title',
];
const codeFields = ['code', 'type', 'errorcode', 'errcode', 'errno', 'status', 'statuscode', 'param'];
/** Objects around the result, whatever it is: MiniMax's `base_resp`, iFlytek's `header`, Tencent's `Response`. */
const frames = ['baseresp', 'header', 'response'];
/** Deeper than any service nests its words. */
const deepest = 5;
/** Characters of an answer in which a wait is looked for. */
const longestWhole = 8000;
/** Lists of many wrong fields are cut. */
const mostEntries = 5;

/** Reads the body of an answer. `type`: its content type. */
export function serviceWords(body: Uint8Array | string, type = ''): ServiceWords {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body.subarray(0, 100_000));
  const value = readJson(text);
  const whole = text.slice(0, longestWhole);
  if (isPlain(value) || Array.isArray(value)) {
    const codes = new Set<string>();
    const found = saidIn(value, codes, 0);
    const status = [...codes].map(Number).find((code) => code >= 400 && code < 600);
    return {
      words: shortWords(found),
      whole,
      codes: [...codes],
      isError: isPlain(value) && isErrorObject(folded(value), found),
      isPage: false,
      ...(status === undefined ? {} : { status }),
    };
  }
  if (typeof value === 'string' || value === null)
    return { words: shortWords(value ?? ''), whole, codes: [], isError: false, isPage: false };
  const isPage =
    /^\s*<(?:!doctype\s+html|html|head|body)\b/i.test(text) || (/\bhtml\b/i.test(type) && /<\w/.test(text));
  const words = shortWords(isPage ? titleOf(text) : text.replace(/<[^<>]*>/g, ' '));
  return { words, whole: words, codes: [], isError: !isPage && gatewayWords.test(words), isPage };
}

/** What servers and gateways say in plain text, also with HTTP 200. Nobody says only this in a recording. */
const gatewayWords =
  /^(?:error:|(?:\d{3} )?(?:internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|too many requests)$|upstream (?:request timeout|connect error)|no healthy upstream|traceback \(most recent call last\))/i;

function isErrorObject(fields: Plain, found: string): boolean {
  return !hasWords(fields) && (found !== '' || fields.error !== undefined) && meansError(fields);
}

/** Services write the same name as `error_msg`, `errorMsg` and `ErrorMsg`. */
function folded(value: Plain): Plain {
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, one]) => [name.toLowerCase().replace(/[_-]/g, ''), one]),
  );
}

/** A body that holds a transcript is no refusal, whatever else is in it. */
function hasWords({ text, segments, words }: Plain): boolean {
  return [text, segments, words].some(
    (one) => (typeof one === 'string' || Array.isArray(one)) && one.length > 0,
  );
}

/**
 * An `error` that is more than `null` or `false`; vLLM's `object: "error"`; `success: false`; a status that says so.
 * Where there is no text at all, also FastAPI's `detail`, `errors`, and a code of its own beside `data: null`.
 */
function meansError(value: Plain): boolean {
  const { error, object, detail, success, ok, status, errors, code, data, text } = value;
  if (error !== undefined && error !== null && error !== false && error !== '') return true;
  if (object === 'error' || success === false || ok === false) return true;
  if (saysFailed(value)) return true;
  if (typeof status === 'string' && /^(?:error|fail(?:ed|ure)?)$/i.test(status)) return true;
  if (error !== undefined || typeof text === 'string') return false;
  const number = typeof code === 'number' ? code : 0;
  return (
    detail !== undefined ||
    errors !== undefined ||
    (number >= 400 && number < 600) ||
    (number !== 0 && data === null)
  );
}

/** A code other than 0 in the frame around a result, or in Baidu's `err_no`; an error in such a frame. */
function saysFailed(value: Plain): boolean {
  return [value, ...framesOf(value)].some((one, at) => {
    const code = one.errno ?? one.errorcode ?? (at > 0 ? (one.statuscode ?? one.code) : undefined);
    const isFrameOfError = at > 0 && isPlain(one.error);
    if (isFrameOfError) return true;
    return Number(code ?? 0) > 0 && !saysGood(one, Number(code));
  });
}

/** 200, 20000 and the like, or words that say so. */
function saysGood({ message, msg, statusmsg, statustext }: Plain, code: number): boolean {
  const words = [message, msg, statusmsg, statustext].find((one) => typeof one === 'string') ?? '';
  return /^20+$/.test(String(code)) || /^(?:ok|success(?:ful|fully)?|succeeded)\b/i.test(words);
}

function framesOf(value: Plain): readonly Plain[] {
  return frames
    .map((name) => value[name])
    .filter((one) => isPlain(one))
    .map(folded);
}

/** The words in a JSON value, its codes gathered on the way. */
function saidIn(value: unknown, codes: Set<string>, depth: number): string {
  if (typeof value === 'string') return value.trim();
  if (depth > deepest) return '';
  if (Array.isArray(value)) {
    const entries = value.slice(0, mostEntries).map((entry) => fieldSaid(entry, codes, depth + 1));
    return [...new Set(entries.filter((entry) => entry !== ''))].join('; ');
  }
  if (!isPlain(value)) return '';
  const fields = folded(value);
  for (const name of codeFields) {
    const code = fields[name];
    if (typeof code === 'string' || typeof code === 'number') codes.add(String(code).toLowerCase());
  }
  // The wrapper first: what stands beside an `error` object is about it.
  const inner = [fields.error, fields.errors].map((one) => saidOfErrors(one, codes, depth + 1));
  inner.push(...frames.map((name) => (isPlain(fields[name]) ? saidIn(fields[name], codes, depth + 1) : '')));
  const own = wordFields.map((name) => saidIn(fields[name], codes, depth + 1));
  const said = [...inner, ...own].filter((one) => one !== '');
  const [first = ''] = said;
  // Problem details: the title names the kind, the detail says what is wrong; `message` with `errors` likewise.
  const second = said.find((one) => !first.includes(one) && !one.includes(first));
  return second === undefined || first.length > 120 ? first : `${first} ${second}`;
}

/** `errors` is a list, or the messages by the name of their field. */
function saidOfErrors(value: unknown, codes: Set<string>, depth: number): string {
  if (!isPlain(value)) return saidIn(value, codes, depth);
  const said = saidIn(value, codes, depth);
  if (said !== '') return said;
  const fields = Object.entries(value).slice(0, mostEntries);
  return fields
    .map(([name, text]) => [name, saidIn(text, codes, depth + 1)] as const)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}: ${text}`)
    .join('; ');
}

/** FastAPI names the field of each message: `{loc: ["body", "language"], msg: "Field required"}`. */
function fieldSaid(entry: unknown, codes: Set<string>, depth: number): string {
  const said = saidIn(entry, codes, depth);
  if (!isPlain(entry)) return said;
  const { loc, field } = entry;
  const names = Array.isArray(loc) ? loc.filter((name) => name !== 'body').map(String) : [];
  const name = typeof field === 'string' ? field : names.join('.');
  if (Array.isArray(entry.messages)) return `${name}: ${entry.messages.map(String).join(' ')}`;
  return name === '' || said === '' ? said : `${name}: ${said}`;
}

/** The title of a page, or its first heading. */
function titleOf(html: string): string {
  const found = /<title[^<>]*>([^<]*)</i.exec(html)?.[1] ?? /<h1[^<>]*>([^<]*)</i.exec(html)?.[1] ?? '';
  return found
    .replace(/&amp;/g, '&')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"');
}

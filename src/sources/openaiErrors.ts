/**
 * What the refusals of OpenAI-compatible services mean. The same fault has another status and another form at every
 * service, so the words and codes decide where the status does not. Pure.
 */
import { failure, type Failure } from '../model/failure';
import type { HttpResponse } from '../model/ports';
import { keptServiceName } from '../model/serviceAt';
import type { Settings } from '../model/settings';
import { urlOf } from '../model/webUrl';
import { hasVersion, openAiUrl, type OpenAiEnd } from './openaiAddress';
import { networkStatus, signInFailure } from './httpAnswer';
import { serviceWords, type ServiceWords } from './serviceWords';
import { statedWaitMs } from './statedWait';
import { shortWords } from './parts';
import { saysTooLarge } from './uploadLimits';

/** A refusal, read once. */
export interface Refusal {
  /** The status that counts: the body's own where HTTP says 200. */
  readonly status: number;
  readonly said: ServiceWords;
}

/** Undefined where the answer is none. A transcript is never one, whatever else its body says. */
export function refusalOf({ status, body, headers }: HttpResponse): Refusal | undefined {
  const isGood = status >= 200 && status < 300;
  // A long answer that is good would be parsed twice.
  if (isGood && body.length > mostErrorBytes) return undefined;
  const said = serviceWords(body, headers['content-type']);
  if (!isGood) return { status, said };
  return said.isError ? { status: said.status ?? 400, said } : undefined;
}

const mostErrorBytes = 100_000;

/** Refused because of the form of the answer that was asked for; another form may do. */
export function refusesForm({ status, said }: Refusal): boolean {
  if (status === 401 || status === 403 || status === 404 || status === 413 || status === 429) return false;
  if (said.words === '') return status === 400 || status === 422;
  if (said.codes.some((code) => /response_format|timestamp_granularities/.test(code))) return true;
  return /response.?format|verbose.?json|granularit|extra (?:fields|inputs)|unknown (?:field|parameter)|unrecognized/i.test(
    said.words,
  );
}

/** Refused because it does not know the granularity of times; the form itself may do. */
export function refusesTimes({ said }: Refusal): boolean {
  return /granularit/i.test(`${said.words} ${said.codes.join(' ')}`);
}

/** Codes that mean an account without credit, whatever the words beside them. */
const noCreditCode =
  /^insufficient_(?:\w{1,30}_)?(?:quota|credits?|balance|funds)$|^insufficient(?:quota|credits?|balance|funds)$|billing|budget_exceeded|payment_required|arrear|overdue/;
const noCredit =
  /insufficient.?(?:quota|credit|balance|funds)|(?:balance|credits?|funds)[^.]{0,30}(?:insufficient|exhausted|depleted|too low|not enough)|credits? remaining|budget.?(?:has been )?exceeded|max(?:imum)? budget|billing|exceeded your current quota|not (?:have )?enough (?:credit|funds|balance)|spend(?:ing)? limit|past invoice|unpaid|out of credit|no credit|payment (?:required|method)|latest payment|enable payments|credit card|paid.?only|inactive subscription|subscription (?:is |has )?(?:inactive|expired)|arrear|overdue|top up|余额不足|额度(?:不足|已用尽|已用完)|欠费|недостаточно средств/i;
const badKey =
  /api[ _-]?(?:secret[ _-]?)?key|unauthori[sz]ed|not authori[sz]ed|authenticat|authorization|subscription key|(?:invalid|expired|missing|bad) (?:access )?(?:token|credential)|token (?:is |has )?expired|bearer|(?:organi[sz]ation|account|project) [^.]{0,30}(?:restricted|suspended|deactivated|disabled)|密钥|令牌|鉴权失败/i;
/** A limit of an account that refuses by 403: its plan is used up. */
const usedUp = /\b(?:quota|free tier|(?:usage|spend|spending|plan|monthly|account) limit)\b|额度/i;
/** Codes and words of a limit over time. Their advice names a payment, which is not what is missing. */
const tooFastCode = /^(?:rate_?limit\w*|too_?many_?requests|rate_limited|slow_?down|resource_exhausted)$/;
const tooFast =
  /rate.?limit (?:is |was |has been )?(?:reached|exceeded|hit)|too many requests|\b(?:requests|tokens|seconds of audio) per (?:second|minute|hour|day|min)\b|(?:exceed|over)\w* (?:the |your )?(?:call )?rate limit/i;
const tooLargeCode = /(?:file|audio|payload|body|request|input)_?too_?(?:large|long|big)|limit_file_size/;
/** Refused for the network that the request comes from, whatever the key. */
const ofNetwork =
  /country|region|territory|network settings|virtual network|firewall|\bvpn\b|\bip\b[^.]{0,30}not (?:allowed|whitelisted|authorized)|ip_not_authorized|browser.?s signature|^error code: 10\d\d$/i;
const ofPlace = /\b(?:user|your) (?:country|region|location)\b/i;
/** Refused for what is said in this one sound. */
const ofContent = /\bflagged\b|moderation|content.?(?:policy|filter)|safety system/i;
/** Refused for the moment: the same request may be answered later. */
const passing =
  /try again(?! with| by)|temporar|overload|capacity|too busy|server is busy|timed? ?out|out of memory|unavailable(?! for legal)|internal (?:server )?error|maintenance|稍后|繁忙/i;
const passingStatus: ReadonlySet<number> = new Set([408, 409, 423, 425, 460, 499]);
const noModel = /model|deployment|模型/i;
const missing =
  /not (?:found|exist|installed|available|loaded|deployed|downloaded|valid|support|an? (?:audio|valid|known|supported|speech))|does ?n.t exist|does not (?:exist|support (?:audio|transcription))|no such|unknown|invalid|unsupported|pull(?:ing)? it|no access|not have access|unable to access|failed to load|could not load|decommissioned|deprecated|retired|no longer|disabled|terms acceptance|is blocked|must be verified|provider not provided|not work with|no (?:endpoints?|deployments?) found|not allowed to access|must provide|missing required|不存在|未找到|找不到|不可用|不支持/i;
const noPath =
  /unexpected endpoint|invalid url|unknown (?:request )?url|cannot post|no (?:such )?route|api.?version not (?:supported|found)/i;
const wantsJson =
  /application\/json|invalid json|json (?:body|object)|input_audio|base64|not valid json|unexpected token/i;

/** What a refusal means. `now`: epoch ms, for waits that are dates. */
export function openAiFailure(
  refusal: Refusal,
  settings: Pick<Settings, 'openai.endpoint' | 'openai.model'>,
  headers: Readonly<Record<string, string>>,
  now: number,
  end: OpenAiEnd = 'audio/transcriptions',
): Failure {
  const { status, said } = refusal;
  const more = { status, subject: keptServiceName('openai', settings['openai.endpoint']) };
  // Many repeat the status in front of their words.
  const words = said.words.replace(new RegExp(`^${status}\\b[\\s:.,-]*`), '');
  const message = shortWords(`The service answered ${status}${words === '' ? '.' : `: ${words}`}`);
  const all = `${said.words} ${said.codes.join(' ')}`;
  if (status === networkStatus) return signInFailure(`Status ${status} came`, more.subject, status);
  const broken = (subject: string, hint = ''): Failure =>
    failure('tool-missing', hint === '' ? message : `${message.replace(/\.+$/, '')} (${hint})`, {
      status,
      subject,
      forAll: true,
    });
  if (isNoCredit(refusal)) return failure('payment', message, { ...more, needs: 'openai:credit' });
  if (isTooFast(refusal)) {
    const wait = statedWaitMs(headers, said.whole, now);
    return failure('rate-limited', message, {
      ...more,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    });
  }
  if (isTurnedAway(refusal))
    return failure('auth', message, { ...more, needs: 'openai:key', subject: 'openai-turned-away' });
  if (status < 500 && namesNoModel(said)) return broken('openai-model');
  if (status === 401) return failure('auth', message, { ...more, needs: 'openai:key' });
  if (isTooLarge(refusal)) return failure('too-large', message, more);
  if (status < 500 && isNoModel(refusal, settings['openai.model'])) return broken('openai-model');
  if (status < 500 && ofPlace.test(said.words))
    return failure('auth', message, { ...more, needs: 'openai:key', subject: 'openai-turned-away' });
  if (status === 403 && ofContent.test(all)) return failure('unsupported', message, more);
  if (status === 403 || (status < 500 && status !== 404 && badKey.test(all)))
    return failure('auth', message, { ...more, needs: 'openai:key' });
  if (isNoPath(refusal))
    return broken('openai-address', addressHint(settings['openai.endpoint'], status, headers, end));
  if (status < 500 && (wantsJson.test(said.words) || lacksField(said))) return broken('openai-form');
  const mayPass = passingStatus.has(status) || passing.test(said.words);
  if (status >= 300 && status < 500 && !mayPass) return failure('unsupported', message, more);
  if (
    status >= 500 &&
    isNoModel(refusal, settings['openai.model']) &&
    /no such file|not found|not exist/i.test(all)
  )
    return broken('openai-model');
  return failure('bad-response', message, more);
}

/** Refused for the address it comes from: by a gateway's page, which knows no key, or for its country. */
function isTurnedAway({ status, said }: Refusal): boolean {
  if (status !== 401 && status !== 403) return false;
  return (status === 403 && said.isPage) || ofNetwork.test(`${said.words} ${said.codes.join(' ')}`.trim());
}

/** The account has no credit: waiting does not help. */
export function isNoCredit(refusal: Refusal): boolean {
  const { status, said } = refusal;
  if (status === 402 || (status < 500 && said.codes.some((code) => noCreditCode.test(code)))) return true;
  if (status >= 500 || saysTooFast(said)) return false;
  return saysNoCredit(said.words) || (status === 403 && usedUp.test(withoutLinks(said.words)));
}

/** Whether the words of a refusal say that the account has no credit. */
export function saysNoCredit(words: string): boolean {
  return noCredit.test(withoutLinks(words));
}

/** Refused for the pace: it is a matter of time. */
export function isTooFast({ status, said }: Refusal): boolean {
  return status === 429 || (status < 500 && status !== 401 && status !== 413 && saysTooFast(said));
}

/** Google says "check your plan and billing" of a limit over time too, and names the wait. */
function saysTooFast({ words, codes, whole }: ServiceWords): boolean {
  return (
    codes.some((code) => tooFastCode.test(code)) ||
    tooFast.test(words) ||
    statedWaitMs({}, whole, 0) !== undefined
  );
}

/** The sound is too long or too large: smaller parts may do. */
function isTooLarge({ status, said }: Refusal): boolean {
  if (status === 413) return true;
  return status !== 403 && (saysTooLarge(said.words) || said.codes.some((code) => tooLargeCode.test(code)));
}

/** The address of a page about billing says nothing about the account. */
function withoutLinks(words: string): string {
  return words.replace(/https?:\/\/\S+/g, '');
}

/** A web page where a transcript was awaited: the address is that of a program's own pages, or a gateway's sign-in. */
export function pageFailure(answer: HttpResponse, endpoint: string): Failure {
  const { words } = serviceWords(answer.body, answer.headers['content-type']);
  const page = words === '' ? 'a web page' : `a web page, "${words}"`;
  const message = `The service answered ${page} (${addressHint(endpoint, answer.status)}).`;
  return failure('tool-missing', message, { status: answer.status, subject: 'openai-address', forAll: true });
}

/** Codes that mean that the key may not use the model, or that it is not there. */
function namesNoModel({ codes }: ServiceWords): boolean {
  return codes.some((code) =>
    /model_?not_?found|deploymentnotfound|(?:invalid|unknown)_model|model_(?:decommissioned|deprecated|not_a|terms|permission|blocked|access)/.test(
      code,
    ),
  );
}

/** The model that was asked for is not there, not installed, or hears no sound. */
function isNoModel({ said }: Refusal, model: string): boolean {
  if (namesNoModel(said) || /no such model/i.test(said.words)) return true;
  if (/response.?format|verbose|granularit|language|prompt|audio file|file format/i.test(said.words))
    return false;
  const named =
    noModel.test(said.words) || (model !== '' && said.words.toLowerCase().includes(model.toLowerCase()));
  return named && missing.test(said.words);
}

function isNoPath({ status, said }: Refusal): boolean {
  if ((status >= 300 && status < 400) || [404, 405, 410, 501].includes(status)) return true;
  return status < 500 && noPath.test(said.words);
}

/** FastAPI's list of fields that our request does not have: the interface is another one. */
function lacksField(said: ServiceWords): boolean {
  return said.codes.includes('missing') || /field required/i.test(said.words);
}

/** What to look at, by the address that was asked. */
function addressHint(
  endpoint: string,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  end: OpenAiEnd = 'audio/transcriptions',
): string {
  const asked = openAiUrl(endpoint, end);
  const location = urlOf(headers.location ?? '', asked);
  if (status >= 300 && status < 400 && location !== undefined)
    return `${asked} leads to ${shortWords(location.origin + location.pathname, 120)}; use the address where it ends`;
  const there = `there is nothing at ${asked}`;
  return hasVersion(endpoint) ? there : `${there}; does the address end in /v1?`;
}

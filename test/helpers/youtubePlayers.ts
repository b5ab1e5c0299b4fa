/**
 * YouTube as each client is answered, without a network: a player answer by client name (`*` for all others),
 * and captions in json3. What was asked is written down as `ANDROID` for a player request and `captions`.
 */
import type { Http, HttpRequest, HttpResponse } from '../../src/model/ports';
import { FailureError, failure } from '../../src/model/failure';

export interface Answer {
  readonly status?: number;
  /** A player answer or a body as it is. */
  readonly json?: unknown;
  readonly body?: string;
}

export interface Asked {
  /** The client's name, or `captions`. */
  readonly who: string;
  readonly request: HttpRequest;
  readonly video: string;
}

export class YouTubePlayers implements Http {
  readonly asked: Asked[] = [];
  /** The form of captions by `fmt`; `large` is over the size that is read. */
  captions: (format: string) => Answer | 'large' = () => ({ json: spokenJson });

  constructor(
    public answers: Readonly<Record<string, Answer | ((video: string) => Answer)>>,
    /** Awaited before each answer. */
    private readonly before: () => Promise<void> = () => Promise.resolve(),
  ) {}

  get names(): readonly string[] {
    return this.asked.map(({ who }) => who);
  }
  get players(): number {
    return this.names.filter((who) => who !== 'captions').length;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    const isPlayer = request.method === 'POST';
    const question = typeof request.body === 'string' ? request.body : '{}';
    const body = isPlayer ? (JSON.parse(question) as PlayerBody) : undefined;
    const who = body?.context.client.clientName ?? 'captions';
    const video = body?.videoId ?? new URL(request.url).searchParams.get('v') ?? '';
    this.asked.push({ who, request, video });
    await this.before();
    const answer = isPlayer
      ? this.answerOf(who, video)
      : this.captions(new URL(request.url).searchParams.get('fmt') ?? '');
    if (answer === 'large')
      throw new FailureError(failure('bad-response', 'The answer is larger than 10240 KB.'));
    const text = answer.json === undefined ? (answer.body ?? '') : JSON.stringify(answer.json);
    return {
      status: answer.status ?? 200,
      headers: {},
      body: new TextEncoder().encode(text),
      url: request.url,
      via: 'direct',
    };
  }

  private answerOf(who: string, video: string): Answer {
    const answer = this.answers[who] ?? this.answers['*'] ?? { status: 404 };
    return typeof answer === 'function' ? answer(video) : answer;
  }
}

interface PlayerBody {
  readonly videoId: string;
  readonly context: { readonly client: { readonly clientName: string } };
}

const spokenJson = {
  wireMagic: 'pb3',
  events: [{ tStartMs: 0, dDurationMs: 2000, segs: [{ utf8: 'hello there' }] }],
};

/** A track as the player lists it: `a.fr` automatic, `fr` by hand, `en.songs` with a name of its own. */
export function track(vssId: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const isAutomatic = vssId.startsWith('a.');
  const [language = ''] = vssId.replace(/^a\./, '').split('.');
  return {
    baseUrl: `/api/timedtext?lang=${language}${isAutomatic ? '&kind=asr' : ''}`,
    name: { runs: [{ text: vssId }] },
    vssId: isAutomatic ? vssId : `.${vssId}`,
    languageCode: language,
    ...(isAutomatic ? { kind: 'asr' } : {}),
    ...more,
  };
}

/** The player's answer for a video that may be watched. */
export function playable(
  tracks: readonly Record<string, unknown>[],
  more: { readonly renderer?: Record<string, unknown>; readonly details?: Record<string, unknown> } & Record<
    string,
    unknown
  > = {},
): (video: string) => Answer {
  const { renderer, details, ...others } = more;
  return (video) => ({
    json: {
      playabilityStatus: { status: 'OK' },
      ...(tracks.length === 0 && renderer === undefined
        ? {}
        : { captions: { playerCaptionsTracklistRenderer: { captionTracks: tracks, ...renderer } } }),
      videoDetails: { videoId: video, title: `Title ${video}`, lengthSeconds: '60', ...details },
      ...others,
    },
  });
}

/** Captions that want a proof token. */
export const tokenTrack = track('a.en', { baseUrl: '/api/timedtext?lang=en&kind=asr&exp=xpe' });

/** A refusal in the classic form. */
export function refused(status: string, reason: string, more: Record<string, unknown> = {}): Answer {
  return {
    json: {
      playabilityStatus: {
        status,
        reason,
        errorScreen: { playerErrorMessageRenderer: { reason: { simpleText: reason } } },
        ...more,
      },
    },
  };
}

/** A refusal on the newer screen. */
export function interstitial(status: string, title: string, description: string): Answer {
  const interstitialViewModel = {
    title: { content: title },
    description: { content: description },
    primaryButton: { buttonViewModel: { title: 'Sign in' } },
  };
  return {
    json: {
      playabilityStatus: {
        status,
        errorScreen: { playerInterstitialRenderer: { content: { interstitialViewModel } } },
      },
    },
  };
}

/** What a client that was retired is answered. */
export const retired: Answer = {
  status: 400,
  json: { error: { code: 400, message: 'Precondition check failed.', status: 'FAILED_PRECONDITION' } },
};

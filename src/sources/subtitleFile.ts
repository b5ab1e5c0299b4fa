/**
 * Subtitle files, remote or local: WebVTT, SRT, TTML, YouTube's own forms, transcripts as JSON, lyrics, and the
 * web pages and plain texts that a feed names as transcripts. The content decides which it is. The language comes
 * from its name (`talk.de.vtt`), otherwise from the file.
 */
import { parseCaptions } from '../captions/parseCaptions';
import { endingOf } from '../intake/fileKinds';
import { inRoom } from './inRoom';
import { failure, toFailure } from '../model/failure';
import type { Failure } from '../model/failure';
import { linkQuota } from '../model/quotaNames';
import type { Link } from '../model/link';
import type { QuotaName } from '../model/quotaNames';
import type { Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import { charsetOf, statusFailure } from './httpAnswer';
import { fileName } from './fileName';
import { readSubtitleName } from './subtitleNames';
import { asResult } from './parts';
import type { SourceParts } from './parts';

const maxBytes = 10 * 1024 * 1024;

export class SubtitleFileSource implements Source {
  readonly id = 'subtitleFile';
  readonly paid = false;

  constructor(private readonly parts: Pick<SourceParts, 'http' | 'files' | 'clock'>) {}

  readiness(): Promise<Readiness> {
    return Promise.resolve({
      ready: true,
      detail: '.vtt, .srt, .ttml, .json3, .sbv, .lrc and transcripts as JSON, from links and local files.',
    });
  }

  accepts(link: Link): boolean {
    return link.kind === 'subtitle' || mayBeCaptions(link);
  }

  quotas(link: Link): readonly QuotaName[] {
    const quota = this.accepts(link) ? linkQuota(link) : undefined;
    return quota === undefined ? [] : [quota];
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(async () => {
      request.stage('fetching');
      const { link } = request;
      const content = link.path === undefined ? await this.fetch(request) : await this.readLocal(link.path);
      if ('code' in content) return { failure: content };
      const { settings } = request;
      const parsed = await inRoom(
        request,
        content.bytes,
        parseCaptions(content.bytes, {
          languages: settings.languages,
          encoding: settings['captions.encoding'],
          charset: charsetOf(content.type),
          // A local file that is JSON is named as a transcript, so that its words count without any times.
          prose: link.prose === true || (link.path !== undefined && endingOf(link.path) === 'json'),
        }),
      );
      if (!('cues' in parsed)) return { failure: finalWords(parsed, link) };
      for (const note of parsed.notes) request.note?.(note);
      const name = readSubtitleName(fileName(link));
      return {
        transcript: {
          language: name.language ?? parsed.language ?? 'und',
          captions: 'manual',
          source: 'subtitleFile',
          cues: parsed.cues,
          meta: { title: name.title, ...request.meta },
        },
      };
    });
  }

  private async fetch(request: SourceRequest): Promise<Content | Failure> {
    const { link, settings } = request;
    const answer = await this.parts.http.request({
      method: 'GET',
      url: link.url,
      signal: request.signal,
      timeoutMs: settings.requestTimeout * 1000,
      maxBytes,
      redirects: 'public',
      reach: link.reach ?? 'asked',
      identity: request.identity,
    });
    request.sent(answer.via);
    request.started.heard({ status: answer.status, headers: answer.headers });
    const host = new URL(link.url).host;
    return (
      statusFailure(answer, host, this.parts.clock.now()) ?? {
        bytes: answer.body,
        type: answer.headers['content-type'] ?? '',
      }
    );
  }

  private async readLocal(path: string): Promise<Content | Failure> {
    const found = await this.parts.files.stat(path);
    if (!found) return failure('unavailable', 'There is no such file.');
    if (found.kind !== 'file') return failure('unsupported', 'It is no file.');
    if (found.size > maxBytes) return failure('too-large', 'A subtitle file may have 10 MB.');
    try {
      const bytes = await this.parts.files.read(path, maxBytes);
      return bytes === undefined ? failure('unavailable', 'There is no such file.') : { bytes, type: '' };
    } catch (error) {
      // A file that cannot be read concerns only this row: `disk` would park the others with it.
      const { code, message } = toFailure(error);
      return code === 'disk' ? failure('unavailable', message) : failure(code, message);
    }
  }
}

interface Content {
  readonly bytes: Uint8Array;
  /** The server's content type; empty for a local file. */
  readonly type: string;
}

/** Addresses without an extension that indicate captions (`…/transcript?format=WebVTT`). */
const captionWord =
  /(?:^|[^a-z])(?:web)?(?:vtt|srt|ttml|dfxp|sbv|srv[123]|json3|captions?|subtitles?|transcripts?|timedtext|texttracks?)(?:[^a-z]|$)/i;

function mayBeCaptions(link: Link): boolean {
  if (link.kind !== 'page' || link.path !== undefined) return false;
  const url = new URL(link.url);
  return /\.json$/i.test(url.pathname) || captionWord.test(`${url.pathname}${url.search}`);
}

/**
 * A local file's content does not change: broken content is not retried. A page that turns out to be
 * something else goes to the next source.
 */
function finalWords(found: Failure, link: Link): Failure {
  return (link.path !== undefined || link.kind === 'page') && found.code === 'bad-response'
    ? failure('unsupported', found.message)
    : found;
}

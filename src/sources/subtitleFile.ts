/**
 * Subtitle files, remote or local: WebVTT, SRT, TTML, YouTube's json3. The content decides which it is. The
 * language can only be guessed from the name (`talk.de.vtt`).
 */
import { parseCaptions } from '../captions/parseCaptions';
import { inSlices } from '../captions/sliced';
import { failure, toFailure } from '../model/failure';
import type { Failure } from '../model/failure';
import type { Link } from '../model/link';
import type { Readiness, Source, SourceRequest, SourceResult } from '../model/source';
import { statusFailure } from './httpAnswer';
import { fileName } from './fileName';
import { asResult, linkQuota } from './parts';
import type { SourceParts } from './parts';

const maxBytes = 10 * 1024 * 1024;

export class SubtitleFileSource implements Source {
  readonly id = 'subtitleFile';
  readonly paid = false;

  constructor(private readonly parts: Pick<SourceParts, 'http' | 'files' | 'clock'>) {}

  readiness(): Promise<Readiness> {
    return Promise.resolve({
      ready: true,
      detail: '.vtt, .srt, .ttml and .json3, from links and local files.',
    });
  }

  accepts(link: Link): boolean {
    return link.kind === 'subtitle';
  }

  quotas(link: Link): readonly string[] {
    const quota = link.kind === 'subtitle' ? linkQuota(link) : undefined;
    return quota === undefined ? [] : [quota];
  }

  transcribe(request: SourceRequest): Promise<SourceResult> {
    return asResult(async () => {
      request.stage('fetching');
      const { link } = request;
      const content = link.path === undefined ? await this.fetch(request) : await this.readLocal(link.path);
      if ('code' in content) return { failure: content };
      const parsed = await inSlices(parseCaptions(content.bytes));
      if (!('cues' in parsed)) return { failure: finalWords(parsed, link) };
      const name = fileName(link);
      return {
        transcript: {
          language: languageIn(name) ?? parsed.language ?? 'und',
          captions: 'manual',
          source: 'subtitleFile',
          cues: parsed.cues,
          meta: { title: titleFrom(name), ...request.meta },
        },
      };
    });
  }

  private async fetch(request: SourceRequest): Promise<{ readonly bytes: Uint8Array } | Failure> {
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
    return statusFailure(answer, host, this.parts.clock.now()) ?? { bytes: answer.body };
  }

  private async readLocal(path: string): Promise<{ readonly bytes: Uint8Array } | Failure> {
    const found = await this.parts.files.stat(path);
    if (!found) return failure('unavailable', 'There is no such file.');
    if (found.kind !== 'file') return failure('unsupported', 'It is no file.');
    if (found.size > maxBytes) return failure('too-large', 'A subtitle file may have 10 MB.');
    try {
      const bytes = await this.parts.files.read(path, maxBytes);
      return bytes === undefined ? failure('unavailable', 'There is no such file.') : { bytes };
    } catch (error) {
      // A file that cannot be read is this row's trouble alone: `disk` would park the others with it.
      const { code, message } = toFailure(error);
      return code === 'disk' ? failure('unavailable', message) : failure(code, message);
    }
  }
}

/** What a file holds does not change by asking again: broken content is no case for a retry of a local file. */
function finalWords(found: Failure, link: Link): Failure {
  return link.path !== undefined && found.code === 'bad-response'
    ? failure('unsupported', found.message)
    : found;
}

/** `de` in `talk.de.vtt`, `pt-BR` in `talk [id].pt-BR.srt`; undefined when the name has no language. */
export function languageIn(fileName: string): string | undefined {
  const code = /\.([A-Za-z]{2,3}(?:[-_](?:[A-Za-z]{2}|[A-Za-z]{4}|\d{3}))?)\.[A-Za-z0-9]+$/.exec(
    fileName,
  )?.[1];
  if (code === undefined) return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(code.replace('_', '-'));
    // A word that is no language comes back as it went in.
    const known = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(canonical ?? code);
    return known === undefined ? undefined : canonical;
  } catch {
    return undefined;
  }
}

/** The name without its endings, for the title. */
function titleFrom(fileName: string): string {
  const bare = fileName.replace(/\.[A-Za-z0-9]{2,5}$/, '');
  const title = languageIn(fileName) === undefined ? bare : bare.replace(/\.[^.]+$/, '');
  return title === '' ? fileName : title;
}

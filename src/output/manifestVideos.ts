/**
 * The videos of a manifest as other rooms read them back. A manifest may come from anywhere: what does not fit is left
 * out, and a list of 100,000 is parsed in slices.
 */
import { parseJsonObject } from '../captions/jsonParts';
import { Share, type Sliced } from '../captions/sliced';
import { isPlain } from '../model/plain';

export interface ManifestVideo {
  readonly status: string;
  /** Files as written in the manifest; not checked. */
  readonly files: readonly string[];
  readonly id: string | undefined;
  readonly title: string | undefined;
  /** A web or file address. */
  readonly url: string | undefined;
  readonly source: string | undefined;
  readonly language: string | undefined;
  /** Seconds. */
  readonly duration: number | undefined;
  /** Why it was skipped, why it failed or waits: as written, not checked. */
  readonly skipReason: string | undefined;
  readonly errorCode: string | undefined;
  readonly error: string | undefined;
}

const longestText = 2000;

/** The videos in the order of the list; none where the text is no manifest. */
export function* manifestVideos(json: string): Sliced<readonly ManifestVideo[]> {
  const manifest = yield* parseJsonObject(json, ['videos']);
  const listed: unknown = manifest?.videos;
  if (!Array.isArray(listed)) return [];
  const videos: ManifestVideo[] = [];
  const share = new Share();
  for (const one of listed) {
    if (share.due(0)) yield;
    if (!isPlain(one)) continue;
    const { status, output_files: files, duration } = one;
    const url = textOf(one.url);
    const isLength = typeof duration === 'number' && duration >= 0 && Number.isFinite(duration);
    videos.push({
      status: textOf(status) ?? '',
      files: Array.isArray(files) ? files.filter((file): file is string => typeof file === 'string') : [],
      id: textOf(one.id),
      title: textOf(one.title),
      url: url !== undefined && /^(?:https?|file):\/\//.test(url) ? url : undefined,
      source: textOf(one.source),
      language: textOf(one.language),
      duration: isLength ? duration : undefined,
      skipReason: textOf(one.skip_reason),
      errorCode: textOf(one.error_code),
      error: textOf(one.error),
    });
  }
  return videos;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, longestText) : undefined;
}

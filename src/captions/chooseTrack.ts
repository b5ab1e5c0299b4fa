/** Which of a video's caption tracks is wanted: the language first, then whether a person wrote it. */
import { failure, type Failure } from '../model/failure';
import type { Settings } from '../model/settings';

export interface CaptionTrack {
  /** BCP 47. */
  readonly languageCode: string;
  readonly kind: 'manual' | 'automatic';
  readonly url: string;
  readonly name: string;
  /** True for tracks that belong to the sound that plays by default. */
  readonly isDefaultAudio?: boolean;
}

export interface WantedTrack {
  /** In order of preference; empty: the language that is spoken. */
  readonly languages: readonly string[];
  readonly kind: Settings['captions.kind'];
}

/**
 * The wanted track, or `no-captions` (none of the wanted kind) or `no-language`, whose `subject` names the
 * languages there are. `en` matches `en-GB` too, and `en-US` takes `en` where its own region is missing (the
 * lookup of RFC 4647, the script kept); an exact match goes before. With several languages an automatic track
 * of the first goes before a manual one of the second.
 */
export function chooseTrack<T extends CaptionTrack>(tracks: readonly T[], wanted: WantedTrack): T | Failure {
  const allowed = tracks.filter(
    (track) =>
      wanted.kind === 'preferManual' ||
      track.kind === (wanted.kind === 'manualOnly' ? 'manual' : 'automatic'),
  );
  if (tracks.length === 0) return failure('no-captions', 'The video has no captions.');
  if (allowed.length === 0)
    return failure(
      'no-captions',
      wanted.kind === 'manualOnly'
        ? 'There are only automatic captions.'
        : 'There are no automatic captions.',
    );
  const original = wanted.languages.length === 0 ? originalLanguage(tracks) : undefined;
  for (const language of original === undefined ? wanted.languages : [original]) {
    const best = bestOf(allowed, language) ?? withoutRegion(allowed, language);
    if (best !== undefined) return best;
  }
  const there = [...new Set(allowed.map((track) => track.languageCode))];
  return failure('no-language', `There are captions in ${there.join(', ')}.`, { subject: there.join(', ') });
}

/** The automatic track's language is what is spoken; else that of the default sound; else the first track's. */
function originalLanguage(tracks: readonly CaptionTrack[]): string | undefined {
  const automatic = tracks.filter((track) => track.kind === 'automatic');
  const chosen =
    automatic.find((track) => track.isDefaultAudio === true) ??
    automatic[0] ??
    tracks.find((track) => track.isDefaultAudio === true) ??
    tracks[0];
  return chosen?.languageCode;
}

function bestOf<T extends CaptionTrack>(tracks: readonly T[], language: string): T | undefined {
  const wanted = canonical(language);
  let best: T | undefined;
  let bestRank = Infinity;
  for (const track of tracks) {
    const code = canonical(track.languageCode);
    if (code !== wanted && !code.startsWith(`${wanted}-`)) continue;
    const rank = (track.kind === 'manual' ? 0 : 2) + (code === wanted ? 0 : 1);
    if (rank < bestRank) [best, bestRank] = [track, rank];
  }
  return best;
}

/** The track of `pt` for who wants `pt-BR`; never one of another region. */
function withoutRegion<T extends CaptionTrack>(tracks: readonly T[], language: string): T | undefined {
  const plain = canonical(language).replace(/-(?:[a-z]{2}|\d{3})$/, '');
  return bestOf(
    tracks.filter((track) => canonical(track.languageCode) === plain),
    plain,
  );
}

/** Lower case with hyphens, old codes renewed (`iw` is `he`). */
function canonical(code: string): string {
  const hyphened = code.trim().replace(/_/g, '-');
  try {
    return (Intl.getCanonicalLocales(hyphened)[0] ?? hyphened).toLowerCase();
  } catch {
    return hyphened.toLowerCase();
  }
}

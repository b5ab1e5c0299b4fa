/** Which of a video's caption tracks is wanted: the language first, then whether a person wrote it. */
import { failure, type Failure } from '../model/failure';
import { fitRank, languageFit } from '../model/languageTags';
import type { Settings } from '../model/settings';

export interface CaptionTrack {
  /** BCP 47. */
  readonly languageCode: string;
  readonly kind: 'manual' | 'automatic';
  readonly url: string;
  readonly name: string;
  /** True for tracks that belong to the default audio. */
  readonly isDefaultAudio?: boolean;
  /**
   * What an automatic track transcribes: the recorded audio, or a dub of it, by people or by machine.
   * Absent where the site does not say.
   */
  readonly sound?: 'original' | 'dub';
  /** The site's default among the tracks of its language. */
  readonly isDefault?: boolean;
  /** It has a name of its own ("songs and signs"), beside an unnamed one of the same language. */
  readonly isNamed?: boolean;
}

export interface WantedTrack {
  /** In order of preference; empty: the spoken language. */
  readonly languages: readonly string[];
  readonly kind: Settings['captions.kind'];
}

/**
 * The wanted track, or `no-captions` (none of the wanted kind) or `no-language`, whose `subject` names the
 * available languages. Languages match by BCP 47 (model/languageTags.ts). With several languages an
 * automatic track of the first precedes a manual one of the second. A dub is used only where its language
 * was asked for by name or where nothing else exists; its `sound` says so.
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
    const best = bestOf(allowed, language);
    if (best !== undefined) return best;
  }
  // The nearest first, because the first is the one that the row offers: en-GB where en-US was wanted.
  const near = new Set(wanted.languages.map(primary));
  const there = [...new Set(allowed.map((track) => track.languageCode))].toSorted(
    (a, b) => Number(near.has(primary(b))) - Number(near.has(primary(a))),
  );
  return failure('no-language', `There are captions in ${there.join(', ')}.`, { subject: there.join(', ') });
}

/**
 * The spoken language: that of the automatic track of the recorded audio; otherwise that of the default
 * audio; otherwise the first track's. A dub counts only where there are only dubs.
 */
function originalLanguage(tracks: readonly CaptionTrack[]): string | undefined {
  const own = tracks.filter((track) => track.sound !== 'dub');
  const automatic = own.filter((track) => track.kind === 'automatic');
  const chosen =
    automatic.find((track) => track.sound === 'original') ??
    own.find((track) => track.sound === 'original') ??
    automatic.find((track) => track.isDefaultAudio === true) ??
    automatic[0] ??
    own.find((track) => track.isDefaultAudio === true) ??
    own[0] ??
    tracks.find((track) => track.isDefaultAudio === true) ??
    tracks[0];
  return chosen?.languageCode;
}

/** The best track: by fit, then by kind, then the site's default among equal ones. */
function bestOf<T extends CaptionTrack>(tracks: readonly T[], language: string): T | undefined {
  let best: T | undefined;
  let bestRank = Infinity;
  for (const track of tracks) {
    const fit = languageFit(language, track.languageCode);
    if (fit === undefined) continue;
    // Within the named language, manual tracks go first, whatever their region.
    const group = fit === 'exact' ? 0 : fitRank(fit) - 1;
    const flags = [
      track.kind === 'automatic',
      fit !== 'exact',
      track.sound === 'dub',
      track.isDefault !== true,
      track.isNamed === true,
    ];
    const rank = flags.reduce((sum, flag) => sum * 2 + (flag ? 1 : 0), group);
    if (rank < bestRank) [best, bestRank] = [track, rank];
  }
  return best;
}

function primary(language: string): string {
  return language.toLowerCase().split(/[-_]/, 1)[0] ?? '';
}

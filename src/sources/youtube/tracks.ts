/**
 * The caption tracks in a player's answer, and which language the automatic ones transcribe: YouTube has
 * automatic captions of dubbed audio too, and plays a dub by default where its language is that of the
 * request.
 */
import type { CaptionTrack } from '../../captions/chooseTrack';
import { languageFit } from '../../model/languageTags';
import { asList, asNumber, asRecord, asText, at } from '../loose';
import type { Loose } from '../loose';
import { readText } from './playability';

/** Most videos have under 50; a hostile answer must not fill the memory. */
const maxTracks = 1000;

/** Whether the answer has a list of captions with anything in it, readable or not. */
export function listsTracks(answer: Loose): boolean {
  const list = at(answer, 'captions', 'playerCaptionsTracklistRenderer', 'captionTracks');
  return typeof list === 'object' && list !== null && Object.keys(list).length > 0;
}

/** The tracks of a whole player answer. Machine translations are left out. */
export function readTracks(answer: Loose): readonly CaptionTrack[] {
  const renderer = asRecord(at(answer, 'captions', 'playerCaptionsTracklistRenderer'));
  const all = asList(renderer.captionTracks).slice(0, maxTracks).map(asRecord);
  const sounds = readSounds(answer, renderer, all);
  const read = all.map((track, index) => ({
    track,
    index,
    automatic: isAutomatic(track),
    languageCode: languageOf(track),
    url: asText(track.baseUrl) ?? '',
  }));
  const usable = read.filter(({ url }) => url !== '' && !/[?&]tlang=/.test(url));
  // Forced tracks contain only what is foreign to the film's own language.
  const whole = usable.filter(({ track }) => track.kind !== 'forced' && track.kind !== 'frc');
  const someAutomatic = all.some(isAutomatic);
  return (whole.length > 0 ? whole : usable).map(({ track, index, automatic, languageCode, url }) => {
    const sound = automatic ? sounds.of(languageCode) : undefined;
    return {
      languageCode,
      kind: automatic ? 'automatic' : 'manual',
      url,
      name: readText(track.name) ?? asText(track.trackName) ?? '',
      // Without an automatic track, the default track shows which language is spoken.
      isDefaultAudio:
        !someAutomatic && sounds.shown !== undefined ? index === sounds.shown : sounds.ofMain.has(index),
      ...(sound === undefined ? {} : { sound }),
      ...(index === sounds.shown ? { isDefault: true } : {}),
      ...(isNamed(track) ? { isNamed: true } : {}),
    };
  });
}

function isAutomatic(track: Loose): boolean {
  return track.kind === 'asr' || (asText(track.vssId)?.startsWith('a.') ?? false);
}

/** `.en.eEY6OEpapPo` is a named track of `.en`. */
function isNamed(track: Loose): boolean {
  return asText(track.trackName) !== undefined || /^\.[^.]+\.[^.]+/.test(asText(track.vssId) ?? '');
}

function languageOf(track: Loose): string {
  const code = asText(track.languageCode);
  return code !== undefined && /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(code) ? code : 'und';
}

interface Sounds {
  of(language: string): 'original' | 'dub' | undefined;
  /** Index of YouTube's default track. */
  readonly shown: number | undefined;
  /** Indices of the tracks that belong to the default audio, or to the original where it is known. */
  readonly ofMain: ReadonlySet<number | undefined>;
}

/** An audio track, from the list of captions or from the formats. */
interface Sound {
  readonly language: string;
  readonly isOriginal: boolean;
  /** Marked as a dub; other tracks beside an original are not the recorded audio either. */
  readonly saysDub: boolean;
  readonly isDefault: boolean;
}

/**
 * Which languages were spoken and which dubbed. In this order of proof: the audio tracks' own marks (the
 * id's `.4` or the word "original"), the only language that is not a dub, the track that translations are
 * made from, the only one that may be translated.
 */
function readSounds(answer: Loose, renderer: Loose, all: readonly Loose[]): Sounds {
  const lists = asList(renderer.audioTracks).map(asRecord);
  const atDefault = asNumber(renderer.defaultAudioTrackIndex) ?? 0;
  const sounds = [
    ...lists.flatMap((list, index) => soundOf(asText(list.audioTrackId), '', index === atDefault)),
    ...formatSounds(answer),
  ];
  const automatic = [...new Set(all.filter(isAutomatic).map(languageOf))];
  const fits = (language: string, those: readonly Sound[]): boolean =>
    those.some((sound) => languageFit(sound.language, language) !== undefined);
  const marked = sounds.filter(({ isOriginal }) => isOriginal);
  const dubs = sounds.filter(({ isOriginal, saysDub }) => saysDub || (!isOriginal && marked.length > 0));
  const originals = marked.some(({ isDefault }) => isDefault)
    ? marked.filter(({ isDefault }) => isDefault)
    : marked.slice(0, 1);
  const undubbed = automatic.filter((language) => !fits(language, dubs));
  const source = asRecord(all[asNumber(asList(renderer.defaultTranslationSourceTrackIndices)[0]) ?? -1]);
  const translatable = all.filter((track) => isAutomatic(track) && track.isTranslatable === true);
  const only =
    originals.length > 0 || automatic.length < 2
      ? undefined
      : dubs.length > 0 && undubbed.length === 1
        ? undubbed[0]
        : isAutomatic(source)
          ? languageOf(source)
          : translatable.length === 1
            ? translatable.map(languageOf)[0]
            : undefined;
  const original = lists.findIndex((list) => (asText(list.audioTrackId) ?? '').endsWith('.4'));
  const byDefault = asRecord(lists[atDefault]);
  const isDubbed = soundOf(asText(byDefault.audioTrackId), '', true).some(({ isOriginal }) => !isOriginal);
  const main = isDubbed && original >= 0 ? asRecord(lists[original]) : byDefault;
  return {
    of: (language) => {
      if (fits(language, originals) || language === only) return 'original';
      return fits(language, dubs) || fits(language, marked) ? 'dub' : undefined;
    },
    shown: asNumber(main.defaultCaptionTrackIndex),
    ofMain: new Set(asList(main.captionTrackIndices).map(asNumber)),
  };
}

/** `fr.4` is the original, `en.3` and `en.10` are dubs by people and by machine. */
function soundOf(id: string | undefined, name: string, isDefault: boolean): readonly Sound[] {
  const [, language, number] = /^([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.(\d+)$/.exec(id ?? '') ?? [];
  if (language === undefined) return [];
  const isOriginal = number === '4' || /\boriginal\b/i.test(name);
  const saysDub = !isOriginal && /^(?:3|10|11)$/.test(number ?? '');
  return [{ language, isOriginal, saysDub, isDefault }];
}

/** Apps get the audio tracks only with the formats. */
function formatSounds(answer: Loose): readonly Sound[] {
  const streams = asRecord(answer.streamingData);
  const formats = [...asList(streams.adaptiveFormats), ...asList(streams.formats)].slice(0, maxTracks);
  return formats.flatMap((format) => {
    const track = asRecord(at(format, 'audioTrack'));
    return soundOf(asText(track.id), asText(track.displayName) ?? '', track.audioIsDefault === true);
  });
}

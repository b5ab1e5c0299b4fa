/** The table of all sources, each once. Their order is the setting `sources`, not this one. */
import type { Source } from '../model/source';
import { AudioTools } from './audio';
import { AudioFetch } from './audioFetch';
import { DeapiSource } from './deapi';
import { OpenAiSource } from './openai';
import type { SourceParts } from './parts';
import { SoundWork } from './soundWork';
import { SubtitleFileSource } from './subtitleFile';
import { WhisperSource } from './whisper';
import { YouTubeSource } from './youtube';
import type { KnowledgeUpdater } from './youtube/updater';
import { YtDlpSource } from './ytDlp';
import { YtDlpProgram } from './ytDlpProgram';

/**
 * Creates all sources; reads and sends nothing. `ytDlp`: one instance for all that start it, which asks for
 * its version once.
 */
export function createSources(
  parts: SourceParts,
  ytDlp: YtDlpProgram = new YtDlpProgram(parts),
  updates?: KnowledgeUpdater,
): readonly Source[] {
  const audio = new AudioTools(parts);
  const fetcher = new AudioFetch(parts, ytDlp);
  return [
    new SubtitleFileSource(parts),
    new YouTubeSource(parts, updates),
    new YtDlpSource(parts, ytDlp),
    new DeapiSource(parts, audio, fetcher),
    new OpenAiSource(parts, audio, fetcher),
    new WhisperSource(parts, audio, fetcher),
  ];
}

/** For a machine that helps others. */
export function createSoundWork(parts: SourceParts, ytDlp: YtDlpProgram): SoundWork {
  return new SoundWork(new AudioTools(parts), new AudioFetch(parts, ytDlp));
}

/** The chain's table: every source once. The order of work is the setting `sources`, not this one. */
import type { Source } from '../model/source';
import { AudioTools } from './audio';
import { AudioFetch } from './audioFetch';
import { DeapiSource } from './deapi';
import { OpenAiSource } from './openai';
import type { SourceParts } from './parts';
import { SubtitleFileSource } from './subtitleFile';
import { WhisperSource } from './whisper';
import { YouTubeSource } from './youtube';
import { YtDlpSource } from './ytDlp';
import { YtDlpProgram } from './ytDlpProgram';

/** Makes all sources; reads nothing and sends nothing. */
export function createSources(parts: SourceParts): readonly Source[] {
  const ytDlp = new YtDlpProgram(parts);
  const audio = new AudioTools(parts);
  const fetcher = new AudioFetch(parts, ytDlp);
  return [
    new SubtitleFileSource(parts),
    new YouTubeSource(parts),
    new YtDlpSource(parts, ytDlp),
    new DeapiSource(parts, audio, fetcher),
    new OpenAiSource(parts, audio, fetcher),
    new WhisperSource(parts, audio, fetcher),
  ];
}

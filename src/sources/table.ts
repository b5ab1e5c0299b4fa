/** The chain's table: every source once. The order of work is the setting `sources`, not this one. */
import type { Source } from '../model/source';
import type { SourceParts } from './parts';
import { SubtitleFileSource } from './subtitleFile';
import { YouTubeSource } from './youtube';
import { YtDlpSource } from './ytDlp';
import { YtDlpProgram } from './ytDlpProgram';

/** Makes all sources; reads nothing and sends nothing. */
export function createSources(parts: SourceParts): readonly Source[] {
  const ytDlp = new YtDlpProgram(parts);
  return [new SubtitleFileSource(parts), new YouTubeSource(parts), new YtDlpSource(parts, ytDlp)];
}

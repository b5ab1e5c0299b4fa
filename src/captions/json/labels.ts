/** Who speaks when, where a service lists that apart from the words: Amazon, IBM, fal. Pure. */
import { isPlain, type Plain } from '../../model/plain';
import { speakerOf, timesOf } from './fields';

interface Label {
  readonly start: number;
  readonly end: number;
  readonly speaker: string;
}

export class SpeakerLabels {
  private constructor(
    /** In order of their starts. */
    private readonly labels: readonly Label[],
  ) {}

  static in(document: Plain): SpeakerLabels {
    const inner = isPlain(document.results) ? document.results : document;
    const said: unknown = inner.speaker_labels ?? document.speaker_labels ?? document.diarization_segments;
    const list: unknown = isPlain(said) ? said.segments : said;
    const labels = (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((one) => {
      if (!isPlain(one)) return [];
      const { start, end } = timesOf(one);
      const speaker = speakerOf(one);
      return start === undefined || end === undefined || speaker === undefined
        ? []
        : [{ start, end, speaker }];
    });
    return new SpeakerLabels(labels.sort((a, b) => a.start - b.start));
  }

  /** Who speaks at this moment, seconds; undefined where nobody is named. */
  at(moment: number): string | undefined {
    let low = 0;
    let high = this.labels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.labels[middle]?.start ?? 0) <= moment) low = middle + 1;
      else high = middle;
    }
    const label = this.labels[low - 1];
    return label !== undefined && moment <= label.end ? label.speaker : undefined;
  }
}

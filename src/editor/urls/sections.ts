/**
 * The parts of a Link List that fold: from a heading comment to the next one, and from `# region` to `# endregion`.
 * Lines count from 0.
 */
import { readUrlsLine } from '../../intake/urlsSyntax';

export interface Section {
  readonly from: number;
  readonly to: number;
  readonly kind: 'heading' | 'region';
  /** The heading's first line, or the name of the region. */
  readonly name: string;
}

/** A heading is all the comment that it is written in; longer lines are no headings. */
const longestHeading = 1000;

interface Open {
  readonly from: number;
  readonly name: string;
}

class Sections {
  readonly closed: Section[] = [];
  private readonly regions: Open[] = [];
  private heading: Open | undefined;
  private inHeading = false;
  private last = 0;

  add(line: string, number: number): void {
    const first = line.trimStart()[0];
    if (first === undefined) return;
    const part = first === '#' ? readUrlsLine(line.slice(0, longestHeading)) : undefined;
    if (part?.kind === 'comment') this.comment(part.text, number);
    else if (part === undefined) this.inHeading = false;
    this.last = number;
  }

  end(): readonly Section[] {
    this.closeHeading();
    return this.closed.sort((a, b) => a.from - b.from || b.to - a.to);
  }

  private comment(text: string, number: number): void {
    const marker = /^(end)?region\b\s*:?\s*/i.exec(text);
    if (!marker) {
      if (!this.inHeading) {
        this.closeHeading();
        this.heading = { from: number, name: text };
      }
      this.inHeading = true;
      return;
    }
    // No heading reaches over the edge of a region.
    this.closeHeading();
    this.heading = undefined;
    this.inHeading = false;
    if (marker[1] === undefined) this.regions.push({ from: number, name: text.slice(marker[0].length) });
    else {
      const region = this.regions.pop();
      if (region) this.closed.push({ ...region, to: number, kind: 'region' });
    }
  }

  private closeHeading(): void {
    const { heading, last } = this;
    if (heading && last > heading.from) this.closed.push({ ...heading, to: last, kind: 'heading' });
  }
}

export function sectionsOf(lines: Iterable<string>): readonly Section[] {
  const sections = new Sections();
  let number = 0;
  for (const line of lines) sections.add(line, number++);
  return sections.end();
}

/** Lines on the machines that help a batch: who has come or gone, and why none can be reached. */
import type { HelperView } from '../model/events';
import { helpsWords } from '../model/helperWords';

export interface HelperLines {
  readonly words: readonly string[];
  readonly problems: readonly string[];
}

export class HelperNews {
  /** By their first lane, which nobody else has while they are there. */
  private known = new Map<number, HelperView>();
  private trouble: string | undefined;

  /** What is new since it was asked last. */
  of(helpers: readonly HelperView[], trouble: string | undefined): HelperLines {
    const words: string[] = [];
    const now = new Map(helpers.map((helper) => [helper.workers[0] ?? 0, helper]));
    for (const [lane, { name }] of this.known)
      if (now.get(lane)?.name !== name) words.push(`${name} no longer helps.`);
    for (const [lane, helper] of now)
      if (this.known.get(lane)?.name !== helper.name) words.push(helpsWords(helper));
    this.known = now;
    const problems: string[] = [];
    if (trouble !== this.trouble) {
      if (trouble !== undefined) problems.push(trouble);
      else if (this.trouble !== undefined) words.push('Other machines can help again.');
      this.trouble = trouble;
    }
    return { words, problems };
  }
}

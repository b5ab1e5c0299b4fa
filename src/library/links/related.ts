/**
 * Which videos are about the same: the cosine of their telling words, each weighted by how often a video says it and
 * how few others do (TF-IDF). The reason is the words that both share. Pure; the same input gives the same answer.
 */
import { Share, type Sliced } from '../../captions/sliced';
import type { Term } from './terms';

export interface Relation {
  /** Index of the other video. */
  readonly to: number;
  /** 0 to 1. */
  readonly score: number;
  /** The words that both say and few others do, the most telling first. */
  readonly words: readonly string[];
}

const mostRelated = 5;
const mostWords = 3;
/** Below, what two videos share is chance. */
const leastScore = 0.08;
const leastShared = 2;
/** A word that more videos say tells none of them from the others. */
const mostVideos = 300;
const mostShare = 0.4;
const fewVideos = 5;

interface Weighted {
  readonly video: number;
  readonly weight: number;
}

/** For each video the others that are most like it, the most alike first. `keys`: videos with the same one are the same. */
export function* relate(
  videos: readonly (readonly Term[])[],
  keys: readonly string[],
): Sliced<readonly (readonly Relation[])[]> {
  const share = new Share();
  const spread = new Map<string, number>();
  for (const terms of videos) {
    for (const [word] of terms) spread.set(word, (spread.get(word) ?? 0) + 1);
    if (share.due(terms.length)) yield;
  }
  const limit = Math.min(mostVideos, Math.max(fewVideos, videos.length * mostShare));
  const saying = new Map<string, Weighted[]>();
  for (const [video, terms] of videos.entries()) {
    const weights = terms.map(([word, count]): readonly [string, number] => [
      word,
      (1 + Math.log(count)) * Math.log(1 + videos.length / (spread.get(word) ?? 1)),
    ]);
    const length = Math.sqrt(weights.reduce((sum, [, weight]) => sum + weight * weight, 0));
    for (const [word, weight] of weights) {
      if ((spread.get(word) ?? 0) > limit) continue;
      const list = saying.get(word) ?? [];
      list.push({ video, weight: weight / length });
      saying.set(word, list);
    }
    if (share.due(terms.length)) yield;
  }
  const all: (readonly Relation[])[] = [];
  for (const [video, terms] of videos.entries()) {
    const found = new Map<number, { score: number; readonly words: (readonly [string, number])[] }>();
    for (const [word] of terms) {
      const list = saying.get(word) ?? [];
      const own = list.find((one) => one.video === video)?.weight ?? 0;
      for (const { video: to, weight } of list) {
        if (to === video || keys[to] === keys[video]) continue;
        const one = found.get(to) ?? { score: 0, words: [] };
        one.score += own * weight;
        one.words.push([word, own * weight]);
        found.set(to, one);
      }
      if (share.due(list.length)) yield;
    }
    all.push(best(found));
  }
  return all;
}

function best(
  found: ReadonlyMap<number, { readonly score: number; readonly words: (readonly [string, number])[] }>,
): readonly Relation[] {
  return [...found]
    .filter(([, { score, words }]) => score >= leastScore && words.length >= leastShared)
    .sort(([a, one], [b, other]) => other.score - one.score || a - b)
    .slice(0, mostRelated)
    .map(([to, { score, words }]) => ({
      to,
      score: Math.round(score * 1000) / 1000,
      words: [...words]
        .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
        .slice(0, mostWords)
        .map(([word]) => word),
    }));
}

/** What failures of one cause have in common: the text of a group, as `rowWords` (words.ts) has that of one row. */
import type { Failure, FailureCode } from './failure';
import { codeWords, placeWords, type FailureWords } from './failureWords';
import { variantWords } from './failureVariants';
import { needsConfirmation } from './need';
import { wordsOf, type WordsContext } from './words';

/** Their subject or their message belongs to one video: what several have in common is the code's own text. */
const ofOneVideo: ReadonlySet<FailureCode> = new Set(['no-language', 'internal', 'cancelled']);

/**
 * What failures of one cause have in common, whatever the service said about each of them: two with the same cause are
 * one group. For one failure alone `rowWords` tells more.
 */
export function causeWords(
  failure: Failure,
  { languages: _, line: __, ...context }: WordsContext,
): FailureWords {
  const { code, subject = '', status = 0 } = failure;
  if (needsConfirmation(failure)) return placeWords('');
  const isUnknown =
    code === 'bad-response' && (status < 400 || status >= 600) && !variantWords(code, subject);
  if (ofOneVideo.has(code) || isUnknown) return codeWords(code);
  return wordsOf({ ...failure, message: '' }, context);
}

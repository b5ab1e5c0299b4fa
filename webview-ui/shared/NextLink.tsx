/** The next step of a failure as a link: "Turn on speech-to-text", "Ask the owner, or [remove it]". */
import type { JSX } from 'preact';
import type { FailureWords } from '../../src/model/words';
import { Link } from './controls';

/** The sentence without its next step, which stands beside it as a link; whole where there is no link. */
export function reasonOf({ sentence, next, step }: FailureWords): string {
  if (!step) return sentence;
  const said = linkWords({ next, step }).toLowerCase();
  const others = sentence.split(/(?<=[.!?])\s+/).filter((part) => !part.toLowerCase().includes(said));
  return others.length === 0 ? sentence : others.join(' ');
}

/** The words of the link, without the dots of "Retry…". */
const linkWords = ({ next, step }: Pick<FailureWords, 'next' | 'step'>): string =>
  (step?.words ?? next).replace(/…$/, '');

export function NextLink(props: {
  readonly words: FailureWords;
  /** Where there is little room: the link without the words around it. */
  readonly brief?: boolean;
  readonly tabIndex: number;
  readonly onClick: () => void;
}): JSX.Element {
  const { words, tabIndex, onClick } = props;
  const { next, step } = words;
  const at = step?.words === undefined ? -1 : next.toLowerCase().indexOf(step.words.toLowerCase());
  const before = Math.max(0, at);
  const link = next.slice(before);
  return (
    <span class="next">
      {!props.brief && next.slice(0, before)}
      <Link tabIndex={tabIndex} onClick={onClick}>
        {props.brief ? link.charAt(0).toUpperCase() + link.slice(1) : link}
      </Link>
    </span>
  );
}

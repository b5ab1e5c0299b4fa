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
  /** In a row: the link without the words around it, which may have no room. */
  readonly brief?: boolean;
  readonly tabIndex: number;
  readonly onClick: () => void;
}): JSX.Element {
  const { words, tabIndex, onClick } = props;
  const { next, step } = words;
  const at = step?.words === undefined ? -1 : next.toLowerCase().indexOf(step.words.toLowerCase());
  if (at >= 0 && props.brief)
    return (
      <Link tabIndex={tabIndex} onClick={onClick}>
        {next.charAt(at).toUpperCase() + next.slice(at + 1)}
      </Link>
    );
  return (
    <span class="next">
      {at > 0 && <span class="wide">{next.slice(0, at)}</span>}
      <Link tabIndex={tabIndex} onClick={onClick}>
        {at < 0 ? next : next.slice(at)}
      </Link>
    </span>
  );
}

/** How services say that a request holds more than their model reads. Pure. */

const tooLong =
  /context.{0,20}(?:length|window|size|exceed)|maximum context|(?:prompt|input|request|message).{0,30}too (?:long|large)|too many (?:input )?tokens|reduce the length|n_ctx|max_model_len|max_prompt_tokens/i;
const exceeds = /exceed.{0,40}(?:context|token)|(?:prompt|input|request|message).{0,20}tokens?.{0,40}exceed/i;
/** Tokens are counted for a quota and a pace as well: "exceeded your token quota", "token rate limit". */
const overTime =
  /\b(?:rate|quota|allowance|budget|plan|billing|credits?|[TR]P[MD]|per (?:min|minute|hour|day|week|month))\b/i;

export function saysTooLong(words: string): boolean {
  return tooLong.test(words) || (exceeds.test(words) && !overTime.test(words));
}

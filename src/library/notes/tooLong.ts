/** How services say that a request holds more than their model reads. Pure. */

const tooLong =
  /context.{0,20}(?:length|window|size|exceed)|maximum context|(?:prompt|input|request|message).{0,30}too (?:long|large)|too many (?:input )?tokens|exceed.{0,40}(?:context|token)|reduce the length|n_ctx|max_model_len/i;

export function saysTooLong(words: string): boolean {
  return tooLong.test(words);
}

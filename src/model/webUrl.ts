/**
 * A web address as the URL standard reads it, or undefined; never throws. In place of `URL.canParse`, which in
 * Node 20 and 22 refuses every address with letters beyond ASCII (`münchen.example`) once V8 has optimised it,
 * after some thousands of calls: a long list reaches that. Lint forbids `canParse` for that reason.
 */
export function urlOf(text: string, base?: string | URL): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** The arguments of `process.execPath` that run npm with `args`. @throws Error where npm is not found. */
export function npmArguments(args: readonly string[]): string[];

/** The arguments of `process.execPath` that run npm with `args`. @throws Error where npm is not found. */
export function npmArguments(args: readonly string[]): string[];
/** The arguments that install the libraries; undefined when they are there. @throws Error where node_modules is a link. */
export function librariesWanted(): string[] | undefined;

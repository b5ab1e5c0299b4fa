/** The text of ThirdPartyNotices.txt for results of esbuild that were made with `metafile`. */
export function notices(results: readonly unknown[]): string;
/** The permission of a licence, by its SPDX name. */
export const permission: Readonly<Record<'MIT' | 'ISC', string>>;

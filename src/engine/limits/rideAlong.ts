/**
 * The rest of a start: a video counts once, also when the look-ahead has sent the first of its requests
 * some time before the others. A start that rides on an earlier one takes none from the window; holds,
 * blocks and places apply to it as to all others.
 */
const mark = '+';

/** The names under which the limiter grants the rest of such a start. */
export function rideNames(quotas: readonly string[]): readonly string[] {
  return quotas.map((name) => name + mark);
}

export function isRide(name: string | undefined): boolean {
  return name?.endsWith(mark) === true;
}

/** The quota's own name, for either form. */
export function quotaName(name: string): string {
  return isRide(name) ? name.slice(0, -mark.length) : name;
}

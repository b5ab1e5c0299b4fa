/**
 * The rest of a start: a video counts once, also when the look-ahead has made the first of its requests some
 * time before the others. What rides on an earlier start takes no new one from the window; holds, blocks and
 * places count for it as for everybody.
 */
const mark = '+';

/** The names under which the limiter lets the rest of such a start through. */
export function rideNames(quotas: readonly string[]): readonly string[] {
  return quotas.map((name) => name + mark);
}

export function isRide(name: string | undefined): boolean {
  return name?.endsWith(mark) === true;
}

/** The quota's own name, whichever of the two is given. */
export function quotaName(name: string): string {
  return isRide(name) ? name.slice(0, -mark.length) : name;
}

/**
 * Objects from outside: parsed JSON, messages, settings. Their fields are unknown until each has been
 * checked.
 */

export type Plain = Readonly<Record<string, unknown>>;

/** An object with named fields: neither null nor a list. */
export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Deeper than anything of ours, and far from where `JSON.stringify` ends with an overflow of the stack: 5,000 levels.
 */
export const deepest = 500;

/**
 * Whether the value, as JSON has it, has at most so many levels. What is deeper can be parsed, but not written again.
 */
export function isShallow(value: unknown, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return inner.every((one) => isShallow(one, levels - 1));
}

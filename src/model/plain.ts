/**
 * Objects from outside: parsed JSON, messages, settings. Their fields are unknown until each has been
 * checked.
 */

export type Plain = Readonly<Record<string, unknown>>;

/** An object with named fields: neither null nor a list. */
export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

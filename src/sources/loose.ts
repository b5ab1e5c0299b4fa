/** Reads untrusted JSON: a value of the wrong type counts as absent. */
import { isPlain, type Plain } from '../model/plain';

const utf8 = new TextDecoder();

export type Loose = Plain;

export function asRecord(value: unknown): Loose {
  return isPlain(value) ? value : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A number, also when it is written as text (`"213"`). */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The value at a path of keys; undefined when the path does not exist. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const key of path) here = isPlain(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}

/** The object in a body; undefined when it is not a JSON object. */
export function parseJson(body: Uint8Array): Loose | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(body));
    return isPlain(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Small checks of unknown values, and one that makes forgetting a field of a type a compile error. */
import { isDateMs, longestText } from '../../model/fit';

export type Check = (value: unknown) => boolean;
/** Whether each field of a `T` is valid; a field that is not named does not compile. */
export type Verdict<T> = { readonly [Name in keyof T]-?: boolean };

export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= longestText;
export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
/** Epoch ms of which a date can be made. */
export const isTime = (value: unknown): value is number => isNumber(value) && isDateMs(value);
export const isAmount = (value: unknown): value is number => isNumber(value) && value >= 0;
export const isIndex = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
export const isTrue = (value: unknown): value is true => value === true;
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';

export const optional = (value: unknown, check: Check): boolean => value === undefined || check(value);
export const isOneOf =
  (...allowed: readonly string[]) =>
  (value: unknown): value is string =>
    typeof value === 'string' && allowed.includes(value);
export const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

/** Whether all fields are valid. */
export function every<T extends object>(verdict: Verdict<T>): boolean {
  for (const name in verdict) if (!verdict[name]) return false;
  return true;
}

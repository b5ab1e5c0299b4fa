/**
 * Lengths of episodes as feeds have them: seconds or a clock by iTunes' rules, ISO 8601 of web pages, and words that
 * people type.
 */

const longestText = 40;

/** The names of units, and how many seconds each has. */
const units: readonly (readonly [RegExp, number])[] = [
  [/^(?:h|hrs?|hours?|std|stunden?|heures?|horas?|ч|час\p{L}{0,4})$/iu, 3600],
  [/^(?:m|mins?|minut\p{L}{0,4}|'|′|’|мин\p{L}{0,4})$/iu, 60],
  [/^(?:s|secs?|second\p{L}{0,3}|sek|sekunden?|"|″|сек\p{L}{0,5})$/iu, 1],
];

/**
 * The seconds in `3723`, `62:03`, `1:02:03`, `PT45M`, `45 min`, `1h 5m`, `1h30`, `1 hour and 5 minutes`. Undefined for
 * anything else, and for 0, which programs write that do not know the length.
 */
export function feedSeconds(written: string): number | undefined {
  const text = written.trim();
  if (text.length > longestText) return undefined;
  const seconds = /^\d{1,6}(?::\d{1,2}){0,2}(?:[.,]\d+)?$/.test(text)
    ? text
        .replace(',', '.')
        .split(':')
        .reduce((sum, part) => sum * 60 + Number(part), 0)
    : wordSeconds(text.replace(/^P(?:0D)?T/i, ''));
  return seconds !== undefined && seconds > 0 ? seconds : undefined;
}

function wordSeconds(text: string): number | undefined {
  let sum = 0;
  let last = 0;
  const rest = text.replace(
    /(\d{1,6}(?:[.,]\d{1,6})?)\s{0,3}([\p{L}'"′″’]{1,12})?\.?/gu,
    (_all, number: string, unit = '') => {
      const size = unit === '' && last === 3600 ? 60 : units.find(([name]) => name.test(String(unit)))?.[1];
      sum += Number(number.replace(',', '.')) * (size ?? NaN);
      last = size ?? 0;
      return '';
    },
  );
  return /^(?:[\s,&~]|and|und|et|y)*$/i.test(rest) && Number.isFinite(sum) ? sum : undefined;
}

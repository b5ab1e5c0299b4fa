/**
 * Dates as feeds write them: RFC 822 with named zones (also some that the RFC does not know), ISO 8601,
 * epoch, and month names of the languages most feeds use. A strict table: an ambiguous date is refused.
 */

/** First letters of the months in English, German, French, Spanish, Italian, Portuguese, Dutch and Russian. */
const months: readonly (readonly string[])[] = [
  ['jan', 'janv', 'ene', 'gen', 'янв'],
  ['feb', 'fev', 'фев'],
  ['mar', 'mrz', 'maer', 'mrt', 'maa', 'мар'],
  ['apr', 'avr', 'abr', 'апр'],
  ['may', 'mai', 'mei', 'mag', 'маи', 'мая'],
  ['jun', 'juin', 'giu', 'июн'],
  ['jul', 'juil', 'lug', 'июл'],
  ['aug', 'aou', 'ago', 'авг'],
  ['sep', 'set', 'сен'],
  ['oct', 'okt', 'ott', 'out', 'окт'],
  ['nov', 'ноя'],
  ['dec', 'dez', 'dic', 'дек'],
];

/** Minutes east of Greenwich. IST is India's, Ireland's and Israel's and is therefore left out. */
const zones: Readonly<Record<string, number>> = {
  ...{ ut: 0, utc: 0, gmt: 0, z: 0, wet: 0, west: 60, bst: 60, cet: 60, cest: 120, met: 60, mest: 120 },
  ...{ mez: 60, mesz: 120, eet: 120, eest: 180, msk: 180, sast: 120, jst: 540, kst: 540, hkt: 480, sgt: 480 },
  ...{ est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420 },
  ...{ akst: -540, akdt: -480, hst: -600, brt: -180, art: -180, nst: -210, ndt: -150, ast: -240, adt: -180 },
  ...{ awst: 480, acst: 570, acdt: 630, aest: 600, aedt: 660, nzst: 720, nzdt: 780 },
};

const minuteMs = 60_000;
const earliestMs = Date.UTC(1970, 0, 1);
const latestMs = Date.UTC(2200, 0, 1);

/** Epoch ms; undefined for what is not a date, or is ambiguous. An unknown zone counts as UTC. */
export function feedTime(text: string): number | undefined {
  // `2026年11月30日`, `2026년 11월 30일`
  const written = text
    .trim()
    .replace(/\s+/g, ' ')
    .slice(0, 100)
    .replace(/^(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]/, (_all, year: string, ...rest: string[]) =>
      [year, ...rest.slice(0, 2).map((part) => part.padStart(2, '0'))].join('-'),
    );
  const time = epoch(written) ?? iso(written) ?? named(written) ?? numbers(written);
  return time !== undefined && time >= earliestMs && time < latestMs ? time : undefined;
}

function epoch(text: string): number | undefined {
  if (/^\d{13}$/.test(text)) return Number(text);
  return /^\d{9,10}(?:\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : undefined;
}

/** `2026-11-20T10:15:00Z`, `2026-11-20 10:15 CET`, `20261120`, `2026/11/20`. */
function iso(text: string): number | undefined {
  const match =
    /^(\d{4})([-/.]?)(\d\d)\2(\d\d)(?:[T ,]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?)? ?(.*)$/i.exec(text);
  if (!match) return undefined;
  const [, year, , month, day, hour, minute, second, zone = ''] = match;
  return at(Number(year), Number(month) - 1, Number(day), [hour, minute, second], zone);
}

const clock = String.raw`(?:[ ,]*(?:-|–|@|at|um|à|alle)? ?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)? ?(?:([ap]m)(?![a-z]))?)?`;
const dayFirst = new RegExp(
  String.raw`^(?:[\p{L}.]+,? )?(\d{1,2})(?:\.|st|nd|rd|th|º)?[ -]*(?:de )?([\p{L}]{3,12})\.?,?[ -]*(?:de )?(\d{4}|\d\d)(?!\d)${clock} ?(.*)$`,
  'iu',
);
const monthFirst = new RegExp(
  String.raw`^(?:[\p{L}.]+,? )?([\p{L}]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})${clock} ?(.*)$`,
  'iu',
);
/** `Tue Nov 20 10:15:00 CET 2026`, as the command `date` and Java write it. */
const yearLast = /^[a-z]{3} ([a-z]{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (?:(\S+) )?(\d{4})$/i;

function named(text: string): number | undefined {
  const last = yearLast.exec(text);
  if (last) {
    const [, month = '', day, hour, minute, second, zone = '', year] = last;
    return at(Number(year), monthOf(month), Number(day), [hour, minute, second], zone);
  }
  const first = dayFirst.exec(text);
  const match = first ?? monthFirst.exec(text);
  if (!match) return undefined;
  const [, one = '', two = '', year = '', hour, minute, second, half, zone = ''] = match;
  const [day, month] = first ? [one, two] : [two, one];
  const hours = half === undefined || hour === undefined ? hour : String(twelve(Number(hour), half));
  return at(fullYear(year), monthOf(month), Number(day), [hours, minute, second], zone);
}

/** `23.06.2020`: only where the day cannot be a month. */
function numbers(text: string): number | undefined {
  const match =
    /^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[ ,]+(\d{1,2}):(\d\d)(?::(\d\d))?(?: ?([ap]m))?)?$/i.exec(text);
  if (!match) return undefined;
  const [one, two, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, half] = [match[4], match[7]];
  const hours = half === undefined || hour === undefined ? hour : String(twelve(Number(hour), half));
  const time = [hours, match[5], match[6]] as const;
  if (one > 12) return at(year, two - 1, one, time, '');
  return two > 12 ? at(year, one - 1, two, time, '') : undefined;
}

function twelve(hour: number, half: string): number {
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function fullYear(year: string): number {
  const number = Number(year);
  // RFC 2822, 4.3.
  return year.length === 2 ? number + (number < 50 ? 2000 : 1900) : number;
}

/** From 0; NaN for a word that is not a month. */
function monthOf(word: string): number {
  const plain = word.toLowerCase().replaceAll('ä', 'ae').normalize('NFD').replace(/\p{M}/gu, '');
  const found = months.findIndex((starts) => starts.some((start) => plain.startsWith(start)));
  return found === -1 ? NaN : found;
}

function at(
  year: number,
  month: number,
  day: number,
  [hour = '0', minute = '0', second = '0']: readonly (string | undefined)[],
  zone: string,
): number | undefined {
  if (!(month >= 0 && month < 12) || day < 1 || day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate())
    return undefined;
  if (Number(hour) > 24 || Number(minute) > 59) return undefined;
  const local = Date.UTC(year, month, day, Number(hour), Number(minute), Math.min(59, Number(second)));
  return local - offsetMinutes(zone, local) * minuteMs;
}

function offsetMinutes(written: string, local: number): number {
  const zone = written.replace(/[([].*$/, '').trim();
  const digits = /^(?:gmt|utc)? ?([+-])(\d{1,2}):?(\d\d)?$/i.exec(zone);
  if (digits) {
    const minutes = Number(digits[2]) * 60 + Number(digits[3] ?? 0);
    return digits[1] === '-' ? -minutes : minutes;
  }
  const name = zone.toLowerCase();
  if (Object.hasOwn(zones, name)) return zones[name] ?? 0;
  return /^[a-z_]+\/[a-z_/+-]+$/i.test(zone) ? placeOffset(zone, local) : 0;
}

/** `America/New_York` at that time; 0 for an unknown place. */
function placeOffset(timeZone: string, local: number): number {
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
      local,
    );
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return /^GMT[+-]/.test(name) ? offsetMinutes(name, local) : 0;
  } catch {
    return 0;
  }
}

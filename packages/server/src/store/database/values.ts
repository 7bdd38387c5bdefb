/** Parses PostgreSQL's text values: exact numbers, and times as ISO 8601 with milliseconds. */

import pg from 'pg';

const { builtins } = pg.types;
/** The driver's table has no names for array types. */
const INT8_ARRAY = 1016;
const TIMESTAMPTZ_ARRAY = 1185;
const TEXT_ARRAY: number = 1009;

const TIMESTAMPTZ = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.INT8, exactNumber],
  [builtins.NUMERIC, exactNumber],
  [builtins.TIMESTAMPTZ, isoTime],
  [INT8_ARRAY, arrayOf(exactNumber)],
  [TIMESTAMPTZ_ARRAY, arrayOf(isoTime)],
]);

/** The driver's hook: returns our parser of a column type, or the driver's own. */
export const getTypeParser: typeof pg.types.getTypeParser = (oid, format) =>
  (format !== 'binary' && PARSERS.get(oid)) || pg.types.getTypeParser(oid, format);

/** @throws RangeError when a JavaScript number cannot hold the value exactly. */
function exactNumber(text: string): number {
  const value = Number(text);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  throw new RangeError(`The number ${text} from the store is too large to be exact`);
}

/** Cuts microseconds instead of rounding them, so that no time is later than in the store. */
function isoTime(text: string): string {
  const [, date, time, fraction = ''] = TIMESTAMPTZ.exec(text) ?? [];
  if (date === undefined)
    throw new RangeError(`The time ${text} from the store is not a UTC time of years 0 to 9999`);
  return `${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

function arrayOf(parse: (text: string) => unknown): (text: string) => unknown {
  const split: (text: string) => (string | null)[] = pg.types.getTypeParser(TEXT_ARRAY);
  return (text) => split(text).map((item) => (item === null ? null : parse(item)));
}

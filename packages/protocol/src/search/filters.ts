/** The filters of a search query: `name:value`. */

import { USERNAME_PATTERN } from '../text.ts';
import { UTC, wallMs, type Zone, zoneOf } from './days.ts';
import { excerpt, QueryProblem } from './problem.ts';
import type { SearchFeature, SearchQuery } from './query.ts';

/** Adds a filter to the query. Returns false for a token that is not a filter. @throws QueryProblem for an invalid value. */
export function addFilter(query: SearchQuery, token: string, zone: Zone): boolean {
  // A keyboard for Chinese or Japanese may write full-width letters, digits and colons.
  const plain = token.normalize('NFKC');
  const [filter, name = ''] = FILTER.exec(plain) ?? [];
  if (filter === undefined) return false;
  FILTERS[name.toLowerCase() as keyof typeof FILTERS](query, plain.slice(filter.length), zone);
  return true;
}

const FILTER = /^(from|in|on|before|after|has|mentions):/i;
const FEATURES: readonly SearchFeature[] = ['link', 'code'];

type Filter = (query: SearchQuery, value: string, zone: Zone) => void;

const FILTERS = {
  from(query: SearchQuery, value: string) {
    const name = value.replace(/^@/, '');
    if (!USERNAME_PATTERN.test(name)) {
      throw new QueryProblem(`from: needs a username, such as from:ada${insteadOf(value)}`);
    }
    query.from.push(name);
  },
  in(query: SearchQuery, value: string) {
    const name = value.replace(/^#/, '');
    if (/^@?$/.test(name)) {
      throw new QueryProblem(
        'in: needs the name of a room, such as in:harbour, or a person, such as in:@ada',
      );
    }
    query.in.push(name);
  },
  before: (query: SearchQuery, value: string, zone: Zone) => setTime(query, 'before', value, zone),
  after: (query: SearchQuery, value: string, zone: Zone) => setTime(query, 'after', value, zone),
  on: setDay,
  has(query: SearchQuery, value: string) {
    const feature = FEATURES.find((known) => known === value.toLowerCase());
    if (!feature) throw new QueryProblem(`has: accepts link or code${insteadOf(value)}`);
    if (!query.has.includes(feature)) query.has.push(feature);
  },
  mentions(query: SearchQuery, value: string) {
    if (!/^@?me$/i.test(value)) throw new QueryProblem(`mentions: accepts only me${insteadOf(value)}`);
    query.mentionsMe = true;
  },
} satisfies Record<string, Filter>;

const DAY = /^\d{4}-\d\d-\d\d$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

function setTime(query: SearchQuery, name: 'before' | 'after', value: string, zone: Zone): void {
  if (query[name] !== undefined)
    throw new QueryProblem(`${name}: appears twice, or beside on:: leave one out`);
  const time = timeOf(value, zone);
  if (time === null) {
    throw new QueryProblem(
      `${name}: needs a day such as ${name}:2026-01-31, or a time in UTC such as ${name}:2026-01-31T08:00Z${insteadOf(value)}`,
    );
  }
  query[name] = time;
}

/** Sets both bounds to those of one day. */
function setDay(query: SearchQuery, value: string, zone: Zone): void {
  if (query.before !== undefined || query.after !== undefined) {
    throw new QueryProblem('on: does not go together with another on:, before: or after:: leave one out');
  }
  const start = DAY.test(value) ? timeOf(value, zone) : null;
  if (start === null) throw new QueryProblem(`on: needs a day, such as on:2026-01-31${insteadOf(value)}`);
  const next = new Date(`${value}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  query.after = start;
  // The last day of the year 9999 has no day after it.
  const before = timeOf(next.toISOString().slice(0, 10), zone);
  if (before !== null) query.before = before;
}

/** Returns the time that a value names, in UTC; for a day, its start in `zone`. Null for an invalid value. */
function timeOf(value: string, zone: Zone): string | null {
  const [, year, month, day, hour, minute, second, fraction, own] = DATE.exec(value.toUpperCase()) ?? [];
  if (year === undefined || year === '0000') return null;
  const fields = [year, month, day, hour, minute, second, fraction?.padEnd(3, '0')].map((field) =>
    Number(field ?? 0),
  );
  const wall = wallMs(fields);
  // A date turns the 31st of February into a day of March, and 25 o'clock into the next day.
  if (
    !new Date(wall)
      .toISOString()
      .startsWith(`${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`)
  )
    return null;
  const named = own === 'Z' ? UTC : own === undefined ? zone : zoneOf(own);
  if (named === null) return null;
  // No zone can move a time out of the years 1 to 9999, which are all that PostgreSQL's calendar and this one share.
  const isAtEdge = wall < FIRST_MS + EDGE_MS || wall > LAST_MS - EDGE_MS;
  return new Date(isAtEdge ? wall : named(wall)).toISOString();
}

/** The first and the last instant that a query can name: the years 1 and 9999. */
const FIRST_MS = wallMs([1, 1, 1]);
const LAST_MS = wallMs([9999, 12, 31, 23, 59, 59, 999]);
/** No zone is further than this from Universal Time. */
const EDGE_MS = 2 * 86_400_000;

/** Returns the end of a problem: the value that was given. Empty for an empty value. */
function insteadOf(value: string): string {
  return value === '' ? '' : `, not ${excerpt(value)}`;
}

/** The filters of a query: `name:value`, and what is wrong with a value. */

import { USERNAME_PATTERN } from '../text.ts';
import { QueryProblem, shown } from './problem.ts';
import type { SearchFeature, SearchQuery } from './query.ts';

/** Puts a filter into the query; false for a token that is none. @throws QueryProblem for a wrong value. */
export function addFilter(query: SearchQuery, token: string): boolean {
  const [filter, name = ''] = FILTER.exec(token) ?? [];
  if (filter === undefined) return false;
  FILTERS[name.toLowerCase() as keyof typeof FILTERS](query, token.slice(filter.length));
  return true;
}

const FILTER = /^(from|in|before|after|has|mentions):/i;
const FEATURES: readonly SearchFeature[] = ['link', 'code'];

type Filter = (query: SearchQuery, value: string) => void;

const FILTERS = {
  from(query: SearchQuery, value: string) {
    const name = value.replace(/^@/, '');
    if (!USERNAME_PATTERN.test(name)) {
      throw new QueryProblem(`from: wants a username, as in from:ada, not ${shown(value)}`);
    }
    query.from.push(name);
  },
  in(query: SearchQuery, value: string) {
    const name = value.replace(/^#/, '');
    if (/^@?$/.test(name)) {
      throw new QueryProblem('in: wants the name of a room, as in in:harbour, or a person, as in in:@ada');
    }
    query.in.push(name);
  },
  before: (query: SearchQuery, value: string) => setTime(query, 'before', value),
  after: (query: SearchQuery, value: string) => setTime(query, 'after', value),
  has(query: SearchQuery, value: string) {
    const feature = FEATURES.find((known) => known === value.toLowerCase());
    if (!feature) throw new QueryProblem(`has: knows link and code, not ${shown(value)}`);
    if (!query.has.includes(feature)) query.has.push(feature);
  },
  mentions(query: SearchQuery, value: string) {
    if (!/^@?me$/i.test(value)) throw new QueryProblem(`mentions: knows me alone, not ${shown(value)}`);
    query.mentionsMe = true;
  },
} satisfies Record<string, Filter>;

const DATE = /^(\d{4})-(\d\d)-(\d\d)(T(\d\d):(\d\d)(:(\d\d)(\.\d{1,3})?)?Z)?$/;

function setTime(query: SearchQuery, name: 'before' | 'after', value: string): void {
  if (query[name] !== undefined) throw new QueryProblem(`${name}: is given twice`);
  const time = timeOf(value);
  if (time === null) {
    throw new QueryProblem(
      `${name}: wants a day as in ${name}:2026-01-31, or a time in UTC as in ${name}:2026-01-31T08:00Z, not ${shown(value)}`,
    );
  }
  query[name] = time;
}

/** A day (its beginning) or a time, both UTC; null for what the calendar does not have. */
function timeOf(value: string): string | null {
  const [, year, month, day, time] = DATE.exec(value.toUpperCase()) ?? [];
  if (year === undefined || year === '0000') return null;
  const date = new Date(time === undefined ? `${value}T00:00:00Z` : value.toUpperCase());
  // A 31st of February would become a day of March.
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) return null;
  return date.getUTCMonth() + 1 === Number(month) ? date.toISOString() : null;
}

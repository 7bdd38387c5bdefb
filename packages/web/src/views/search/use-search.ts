/** Searches messages, page by page. */
import type { SearchHit } from '@banter/protocol';
import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { longCount } from '../../text/format.ts';
import { problemText } from '../../text/problem.ts';
import { usePage } from '../use-page.ts';
import { zoneForQuery } from './time-zone.ts';

/** Messages shown before and after each hit. */
const CONTEXT = 1;
const HINT =
  'Words or "a phrase". Filters: from:mira in:#room before:2026-01-31 after:2025-12-31 has:link has:code mentions:me';

/** The hits of one search, and a note about them. */
export type Found = {
  query: string;
  hits: readonly SearchHit[];
  /** Loads the next page; undefined on the last one. */
  cursor: string | undefined;
  note: string;
  isWrong: boolean;
};

const NOTHING: Found = { query: '', hits: [], cursor: undefined, note: HINT, isWrong: false };

/** The result of the last search, and ways to change it. */
export type Search = {
  found: Signal<Found>;
  /** Searches for `query`; an empty one clears the result. */
  search(query: string): Promise<void>;
  /** Loads the next page of hits. */
  more(): Promise<void>;
};

/** Starts without a search. */
export function useSearch(): Search {
  const { client } = usePage();
  const found = useSignal<Found>(NOTHING);
  /** Counts searches, to drop the answer of a search that another one replaced. */
  const latest = useRef(0);

  const ask = async (query: string, cursor: string | undefined, before: readonly SearchHit[]) => {
    const current = ++latest.current;
    const tz = zoneForQuery(query);
    try {
      const page = await client.api.search({
        q: query,
        context: CONTEXT,
        ...(tz === undefined ? {} : { tz }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      if (current !== latest.current) return;
      const hits = [...before, ...page.hits];
      const note = noteText(hits.length, page.cursor !== undefined, page.behind);
      found.value = { query, hits, cursor: page.cursor, note, isWrong: false };
    } catch (error) {
      if (current === latest.current)
        found.value = { ...found.value, query, note: problemText(error), isWrong: true };
    }
  };
  const search = (query: string) => {
    if (query !== '') return ask(query, undefined, []);
    found.value = NOTHING;
    return Promise.resolve();
  };
  const more = () => ask(found.value.query, found.value.cursor, found.value.hits);
  return { found, search, more };
}

function noteText(count: number, isMore: boolean, behind: number): string {
  const found =
    count === 0 ? 'No match.' : `${longCount(count)} found, newest first${isMore ? '; more below' : ''}.`;
  if (behind === 0) return found;
  return `${found} Not searched yet: the newest ${behind === 1 ? 'message' : `${longCount(behind)} messages`}.`;
}

/** A page of hits in each of the two orders, by the cheapest way that gives a whole one. */
import {
  type FoundMessage,
  NO_BOUNDS,
  type RankedMessages,
  type SearchSource,
  type SearchStore,
} from '../../store/search/search.ts';
import type { SearchCursor } from './search-cursor.ts';
import type { Asked } from './search-plan.ts';

export type FoundPage = { found: FoundMessage[]; next?: SearchCursor };

/** Entries that a walk passes, a thousand in a millisecond. What stands in one of two hundred fills a page of the newest. */
const WALK = { newest: 5_000, best: 10_000 };
/** Where a walk found a fourth of what is wanted, one four times as far will find the rest. */
const FARTHER = 4;
/** So many matches are enough to choose the best from; the index gives so many of the newest of all. */
const ENOUGH_CANDIDATES = 150;
const CANDIDATES_MAX = 2_000;

/** The newest first. */
export async function newestPage(
  search: SearchStore,
  { match, sources, scope }: Asked,
  cursor: SearchCursor | null,
  limit: number,
): Promise<FoundPage> {
  const bounds = { ...NO_BOUNDS, below: cursor?.order === 'newest' ? cursor.below : null };
  const wanted = limit + 1;
  const reach = { wanted, walk: WALK.newest };
  const found = await firstOfEnough(sources, reach, [] as FoundMessage[], async (source, walk) => {
    const value = await search.newest(source, match, bounds, { walk, limit: wanted }, scope);
    return { value, count: value.length };
  });
  const last = found[limit - 1];
  if (found.length <= limit || !last) return { found };
  return { found: found.slice(0, limit), next: { order: 'newest', below: last.position } };
}

/** The best first, chosen from the newest; later pages choose from the same. */
export async function bestPage(
  search: SearchStore,
  asked: Asked,
  cursor: SearchCursor | null,
  limit: number,
): Promise<FoundPage> {
  const pinned = cursor?.order === 'best' ? cursor : null;
  const sources = pinned && asked.sources.length > 0 ? [pinned.source] : asked.sources;
  const bounds = { ...NO_BOUNDS, top: pinned?.top ?? null, floor: pinned?.floor ?? null };
  const ranking = { words: asked.words, partChars: asked.partChars, after: pinned?.after ?? null };
  const none: Chosen = { hits: [], candidates: 0, top: null, floor: null };
  const first = { wanted: ENOUGH_CANDIDATES, walk: WALK.best };
  const choice = await firstOfEnough(sources, first, none, async (source, walk) => {
    // What was indexed late stands between the candidates by now: none of them may fall out for it.
    const reach = pinned
      ? { walk: 2 * FARTHER * WALK.best, candidates: 2 * CANDIDATES_MAX, limit: limit + 1 }
      : { walk, candidates: CANDIDATES_MAX, limit: limit + 1 };
    const chosen = await search.best(source, asked.match, bounds, reach, ranking, asked.scope);
    return { value: { ...chosen, source }, count: pinned ? ENOUGH_CANDIDATES : chosen.candidates };
  });
  const { hits, source } = choice;
  const [top, floor, last] = [pinned?.top ?? choice.top, pinned?.floor ?? choice.floor, hits[limit - 1]];
  if (hits.length <= limit || !last || !top || !floor || !source) return { found: hits };
  const after = { score: last.score, position: last.position };
  return { found: hits.slice(0, limit), next: { order: 'best', source, top, floor, after } };
}

type Chosen = RankedMessages & { source?: SearchSource };
type Attempt<T> = { value: T; count: number };

/** Tries one source after the other, until one gives as many as are wanted; the last one gives all there are. */
async function firstOfEnough<T>(
  sources: readonly SearchSource[],
  { wanted, walk }: { wanted: number; walk: number },
  none: T,
  attempt: (source: SearchSource, walk: number) => Promise<Attempt<T>>,
): Promise<T> {
  let best = none;
  for (const source of sources) {
    let { value, count } = await attempt(source, walk);
    if (source === 'walk' && count < wanted && count >= wanted / FARTHER) {
      ({ value, count } = await attempt(source, FARTHER * walk));
    }
    best = value;
    if (count >= wanted) break;
  }
  return best;
}

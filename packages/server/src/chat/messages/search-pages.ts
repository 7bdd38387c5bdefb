/** Pages of hits in both orders, read in the cheapest way that fills a page. */
import {
  type FoundMessage,
  NO_BOUNDS,
  type RankedMessages,
  type SearchSource,
  type SearchStore,
} from '../../store/search/search.ts';
import type { SearchCursor } from './search-cursor.ts';
import type { SearchPlan } from './search-plan.ts';

/** A page. `hasMore`: there is another. */
export type FoundPage = {
  found: FoundMessage[];
  hasMore: boolean;
  /** Returns the cursor behind one of the hits; null for none. */
  cursorAfter: (index: number) => SearchCursor | null;
};

/** How many entries a walk reads, about 1,000 a millisecond. A word in one of 200 messages fills a page of `newest`. */
const WALK = { newest: 5_000, best: 10_000 };
/** A walk that finds a quarter of the wanted hits is repeated this many times as far. */
const FARTHER = 4;
/** How many matches are enough to choose the best from; the index gives the newest of all. */
const ENOUGH_CANDIDATES = 150;
const CANDIDATES_MAX = 2_000;

/** Returns the newest hits first. */
export async function newestPage(
  search: SearchStore,
  { match, sources, scope }: SearchPlan,
  cursor: SearchCursor | null,
  limit: number,
): Promise<FoundPage> {
  const bounds = { ...NO_BOUNDS, below: cursor?.order === 'newest' ? cursor.below : null };
  const wanted = limit + 1;
  const reach = { wanted, walk: WALK.newest };
  const found = await firstWithEnough(sources, reach, [] as FoundMessage[], async (source, walk) => {
    const value = await search.newest(source, match, bounds, { walk, limit: wanted }, scope);
    return { value, count: value.length };
  });
  const cursorAfter = (index: number): SearchCursor | null => {
    const last = found[index];
    return last ? { order: 'newest', below: last.position } : null;
  };
  return { found: found.slice(0, limit), hasMore: found.length > limit, cursorAfter };
}

/** Returns the best hits first. They are chosen from the newest matches; later pages choose from the same ones. */
export async function bestPage(
  search: SearchStore,
  plan: SearchPlan,
  cursor: SearchCursor | null,
  limit: number,
): Promise<FoundPage> {
  const pinned = cursor?.order === 'best' ? cursor : null;
  const sources = pinned && plan.sources.length > 0 ? [pinned.source] : plan.sources;
  const bounds = { ...NO_BOUNDS, top: pinned?.top ?? null, floor: pinned?.floor ?? null };
  const ranking = { words: plan.words, partChars: plan.partChars, after: pinned?.after ?? null };
  const none: Ranked = { hits: [], candidates: 0, top: null, floor: null };
  const first = { wanted: ENOUGH_CANDIDATES, walk: WALK.best };
  const ranked = await firstWithEnough(sources, first, none, async (source, walk) => {
    // On later pages, messages indexed late may lie between the candidates: reads farther, so that none is lost.
    const reach = pinned
      ? { walk: 2 * FARTHER * WALK.best, candidates: 2 * CANDIDATES_MAX, limit: limit + 1 }
      : { walk, candidates: CANDIDATES_MAX, limit: limit + 1 };
    const best = await search.best(source, plan.match, bounds, reach, ranking, plan.scope);
    return { value: { ...best, source }, count: pinned ? ENOUGH_CANDIDATES : best.candidates };
  });
  const { hits, source } = ranked;
  const [top, floor] = [pinned?.top ?? ranked.top, pinned?.floor ?? ranked.floor];
  const cursorAfter = (index: number): SearchCursor | null => {
    const last = hits[index];
    if (!last || !top || !floor || !source) return null;
    return { order: 'best', source, top, floor, after: { score: last.score, position: last.position } };
  };
  return { found: hits.slice(0, limit), hasMore: hits.length > limit, cursorAfter };
}

type Ranked = RankedMessages & { source?: SearchSource };
type Attempt<T> = { value: T; count: number };

/** Tries the sources in order until one returns enough; the last one returns everything there is. */
async function firstWithEnough<T>(
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

/** Search: finds messages in the caller's rooms. docs/search.md describes the query language. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ChatError,
  parseSearch,
  rangesOf,
  SEARCH_CONTEXT_MAX_BYTES,
  SEARCH_PAGE_DEFAULT,
  type SearchHit,
  type SearchOrder,
  type SearchPage,
  type SearchQuery,
  UTC,
  type Zone,
  zoneOf,
} from '@banter/protocol';
import { FairQueue } from '../../fair-queue/fair-queue.ts';
import type { FairQueueCounts, FairQueueLimits } from '../../fair-queue/limits.ts';
import { isTimeout } from '../../store/database/database.ts';
import type { FoundMessage, HitContext, SearchStore } from '../../store/search/search.ts';
import type { Caller } from '../caller.ts';
import { invalidField } from '../fields.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { requirePermission } from '../permissions.ts';
import type { Memberships } from '../rooms/memberships.ts';
import { countFitting, jsonBytes, LIST_MAX_BYTES } from './page-bytes.ts';
import { readCursor, writeCursor } from './search-cursor.ts';
import { bestPage, newestPage } from './search-pages.ts';
import { planSearch } from './search-plan.ts';

/** A search, as a caller asks for it. */
export type SearchInput = {
  /** The query as typed; see parseSearch. */
  q: string;
  /** Newest by default. */
  order?: SearchOrder | undefined;
  /** SEARCH_PAGE_DEFAULT by default. */
  limit?: number | undefined;
  /** The cursor of the previous page. */
  cursor?: string | undefined;
  /** How many messages to return on each side of a hit; takes precedence over `-C` in the query. */
  context?: number | undefined;
  /** The only room to search in. */
  roomId?: number | undefined;
  /** The time zone of the days in `q`: an IANA name, or an offset such as `+02:00`. UTC by default. */
  tz?: string | undefined;
};

/** The parts that Search works with. */
export type SearchDeps = {
  search: SearchStore;
  memberships: Pick<Memberships, 'require'>;
  limits: Pick<RateLimits, 'take'>;
};

/** How many searches run at once; the store keeps a connection for each. */
export const SEARCHES_AT_ONCE = 2;
/** The searches that run and wait, in fair turns [F7]. One search of a person runs at a time: a long one delays nobody else. */
export const SEARCH_LIMITS: FairQueueLimits = {
  running: SEARCHES_AT_ONCE,
  runningOfNetwork: SEARCHES_AT_ONCE,
  runningOfPerson: 1,
  waiting: 50,
  waitingOfNetwork: 30,
  waitingOfPerson: 5,
};
const RETRY_AFTER_MS = 1_000;
/** How much of an unknown zone's name an error repeats. */
const ZONE_MAX_CHARS = 40;
/** How many hits are read with their context, highlighted and encoded before other work gets a turn. */
const HITS_PER_TURN = 5;
const PAGES = { newest: newestPage, best: bestPage };

/** The search over messages. */
export class Search {
  readonly #deps: SearchDeps;
  readonly #queue = new FairQueue({ limits: SEARCH_LIMITS, subject: 'searches' });

  constructor(deps: SearchDeps) {
    this.#deps = deps;
  }

  /**
   * Returns a page of matching messages from the rooms that the caller belongs to.
   * @throws ChatError invalid (names what is wrong in the query), not_found and not_member (of roomId), rate_limited,
   * overloaded (too many searches, or this one takes too long).
   */
  async find(caller: Caller, input: SearchInput): Promise<SearchPage> {
    this.#deps.limits.take('search', caller.user.id);
    const query = requireQuery(input.q, requireZone(input.tz));
    await this.#requireRoom(caller, input.roomId);
    const { spender = { network: '', person: caller.user.id }, signal } = caller.scope;
    return this.#queue.run(spender, () => this.#run(caller, query, input).catch(rethrowTimeout), signal);
  }

  /** Counts the searches that run, wait, and were refused since the start. */
  counts(): FairQueueCounts {
    return this.#queue.counts();
  }

  /** A token for one room learns nothing of other rooms [A5]. */
  async #requireRoom(caller: Caller, roomId: number | undefined): Promise<void> {
    if (roomId === undefined) return;
    requirePermission(caller, 'read', roomId);
    await this.#deps.memberships.require(caller, roomId);
  }

  async #run(caller: Caller, query: SearchQuery, input: SearchInput): Promise<SearchPage> {
    const { search } = this.#deps;
    const { order = 'newest', limit = SEARCH_PAGE_DEFAULT, context = query.context ?? 0 } = input;
    // A cursor is bound to its query, except for the context: it changes no hits.
    const bound = [{ ...query, context: 0 }, input.roomId ?? null];
    const cursor = input.cursor === undefined ? null : readCursor(input.cursor, order, bound);
    const plan = await planSearch(search, caller, query, input.roomId ?? caller.permissions.roomId);
    const { found, hasMore, cursorAfter } = await PAGES[order](search, plan, cursor, limit);
    const contextOf = async (part: readonly FoundMessage[]) =>
      context > 0 ? search.context(caller.user.id, part, context, caller.scope) : [];
    const hits = await toHits(found, contextOf, query);
    const next = hasMore || hits.length < found.length ? cursorAfter(hits.length - 1) : null;
    return { hits, ...(next ? { cursor: writeCursor(next, bound) } : {}), behind: plan.behind };
  }
}

function requireZone(name: string | undefined): Zone {
  const zone = name === undefined ? UTC : zoneOf(name);
  if (zone) return zone;
  const detail = `there is no time zone ${JSON.stringify(name?.slice(0, ZONE_MAX_CHARS))}: use a name such as Europe/Berlin, or an offset such as +02:00`;
  throw invalidField('tz', detail);
}

function requireQuery(q: string, zone: Zone): SearchQuery {
  const parsed = parseSearch(q, zone);
  if (parsed.ok) return parsed.query;
  throw invalidField('q', parsed.problem);
}

/**
 * Returns as many hits as fit into a page [L11], at least one. Yields to other work between long texts: highlighting a page of
 * them can block for 100 ms.
 */
async function toHits(
  found: readonly FoundMessage[],
  contextOf: (part: readonly FoundMessage[]) => Promise<HitContext[]>,
  query: SearchQuery,
): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  let bytes = 0;
  for (let begin = 0; begin < found.length; begin += HITS_PER_TURN) {
    const part = found.slice(begin, begin + HITS_PER_TURN);
    const around = await contextOf(part);
    for (const [i, each] of part.entries()) {
      const hit = { ...toHit(each, query), ...trimContext(around[i], each.message.seq) };
      bytes += jsonBytes(hit);
      if (hits.length > 0 && bytes > LIST_MAX_BYTES) return hits;
      hits.push(hit);
    }
    await nextTurn();
  }
  return hits;
}

/** Leaves out the messages farthest from a hit, above the bytes that its context may have. */
function trimContext(context: HitContext | undefined, seq: number): HitContext | undefined {
  if (!context) return undefined;
  const { before, after } = context;
  const nearest = [...before, ...after].sort((a, b) => Math.abs(a.seq - seq) - Math.abs(b.seq - seq));
  const count = countFitting(nearest, SEARCH_CONTEXT_MAX_BYTES);
  if (count === nearest.length) return context;
  const kept = new Set(nearest.slice(0, count));
  return { before: before.filter((each) => kept.has(each)), after: after.filter((each) => kept.has(each)) };
}

function toHit({ message, room }: FoundMessage, { terms }: SearchQuery): SearchHit {
  return {
    message,
    room,
    ranges: rangesOf(message.content ?? '', terms),
    link: `/v1/rooms/${message.roomId}/messages?around=${message.seq}`,
  };
}

/** Reports a statement that timed out as overloaded, and throws other errors on. */
function rethrowTimeout(error: unknown): never {
  if (!isTimeout(error)) throw error;
  const detail = 'this search takes too long: add a word, or narrow it with in:, from: or after:';
  throw new ChatError('overloaded', detail, { cause: error, retryAfterMs: RETRY_AFTER_MS });
}

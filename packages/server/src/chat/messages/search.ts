/** Search: finds messages for whoever may see them. docs/search.md tells what a query may say. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ChatError,
  parseSearch,
  rangesOf,
  SEARCH_PAGE_DEFAULT,
  type SearchHit,
  type SearchOrder,
  type SearchPage,
  type SearchQuery,
} from '@banter/protocol';
import { isTimeout } from '../../store/database/database.ts';
import type { FoundMessage, HitContext, SearchStore } from '../../store/search/search.ts';
import type { Caller } from '../caller.ts';
import { invalidField } from '../fields.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { requirePermission } from '../permissions.ts';
import type { Memberships } from '../rooms/memberships.ts';
import { readCursor, writeCursor } from './search-cursor.ts';
import { createSearchGate } from './search-gate.ts';
import { bestPage, newestPage } from './search-pages.ts';
import { askedOf } from './search-plan.ts';

export type SearchInput = {
  /** As typed: see parseSearch. */
  q: string;
  order?: SearchOrder | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
  /** Messages wanted around each hit; wins over `-C` in the query. */
  context?: number | undefined;
  /** The one room to look in. */
  roomId?: number | undefined;
};

export type Search = {
  /**
   * A page of messages that match, out of the rooms whose member the caller is.
   * @throws ChatError invalid (says what in the query), not_found and not_member (of roomId), rate_limited, overloaded (too many
   * searches, or one that takes too long).
   */
  find(caller: Caller, input: SearchInput): Promise<SearchPage>;
};

export type SearchDeps = {
  search: SearchStore;
  memberships: Pick<Memberships, 'require'>;
  limits: Pick<RateLimits, 'take'>;
};

/** Searches at once, for which the store keeps a connection each. */
export const SEARCHES_AT_ONCE = 2;
const WAITING_MAX = 50;
const WAITING_OF_ONE_MAX = 5;
/** How long a client may wait before it asks for the same again. */
const RETRY_AFTER_MS = 1_000;
/** Texts that are marked before the thread turns to others. */
const CHARS_OF_A_TURN = 16_000;
const PAGES = { newest: newestPage, best: bestPage };

export function createSearch({ search, memberships, limits }: SearchDeps): Search {
  const gate = createSearchGate({
    running: SEARCHES_AT_ONCE,
    waiting: WAITING_MAX,
    waitingOfOne: WAITING_OF_ONE_MAX,
  });

  async function look(caller: Caller, query: SearchQuery, input: SearchInput): Promise<SearchPage> {
    const { order = 'newest', limit = SEARCH_PAGE_DEFAULT, context = query.context ?? 0 } = input;
    // What is shown around a hit does not change which hits there are.
    const about = [{ ...query, context: 0 }, input.roomId ?? null];
    const cursor = input.cursor === undefined ? null : readCursor(input.cursor, order, about);
    const asked = await askedOf(search, caller, query, input.roomId ?? caller.permissions.roomId);
    const { found, next } = await PAGES[order](search, asked, cursor, limit);
    const around = context > 0 ? await search.context(caller.user.id, found, context, caller.scope) : [];
    const hits = await toHits(found, around, query);
    return { hits, ...(next ? { cursor: writeCursor(next, about) } : {}), behind: asked.behind };
  }

  return {
    async find(caller, input) {
      limits.take('search', caller.user.id);
      const query = requireQuery(input.q);
      await requireRoom(caller, input.roomId);
      return gate.pass(caller.user.id, () => look(caller, query, input).catch(throwInWords));
    },
  };

  /** A token that is good for one room knows of no other [A5]. */
  async function requireRoom(caller: Caller, roomId: number | undefined): Promise<void> {
    if (roomId === undefined) return;
    requirePermission(caller, 'read', roomId);
    await memberships.require(caller, roomId);
  }
}

function requireQuery(q: string): SearchQuery {
  const parsed = parseSearch(q);
  if (parsed.ok) return parsed.query;
  throw invalidField('q', parsed.problem);
}

/** Between long texts the thread does other work: to mark a page of them may take it a tenth of a second. */
async function toHits(found: FoundMessage[], around: HitContext[], query: SearchQuery): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  let chars = 0;
  for (const [i, each] of found.entries()) {
    hits.push({ ...toHit(each, query), ...around[i] });
    chars += each.message.content?.length ?? 0;
    if (chars < CHARS_OF_A_TURN) continue;
    chars = 0;
    await nextTurn();
  }
  return hits;
}

function toHit({ message, room }: FoundMessage, { terms }: SearchQuery): SearchHit {
  return {
    message,
    room,
    ranges: rangesOf(message.content ?? '', terms),
    link: `/v1/rooms/${message.roomId}/messages?around=${message.seq}`,
  };
}

function throwInWords(error: unknown): never {
  if (!isTimeout(error)) throw error;
  const detail = 'this search takes too long: add a word, or narrow it with in:, from: or after:';
  throw new ChatError('overloaded', detail, { cause: error, retryAfterMs: RETRY_AFTER_MS });
}

/** Schemas of search results. */
import { SEARCH_CONTEXT_MAX, SEARCH_PAGE_MAX, SEARCH_RANGES_MAX } from '@banter/protocol';
import { z } from 'zod';
import { message } from './messages.ts';
import { roomKind, roomPerson } from './rooms.ts';
import { id, seq } from './values.ts';

/** A message that a search found. `ranges` are the matches, as pairs of UTF-16 offsets. */
export const searchHit = z
  .object({
    message,
    room: z.object({ id, name: z.string(), kind: roomKind, people: z.array(roomPerson).exactOptional() }),
    ranges: z.array(z.tuple([seq, seq])).max(SEARCH_RANGES_MAX),
    link: z.string(),
    before: z.array(message).max(SEARCH_CONTEXT_MAX).exactOptional(),
    after: z.array(message).max(SEARCH_CONTEXT_MAX).exactOptional(),
  })
  .meta({ id: 'SearchHit' });

/** The order of hits. */
export const searchOrder = z.enum(['newest', 'best']).meta({ id: 'SearchOrder' });

/** A page of hits. `behind` counts the messages that are not indexed yet, up to 1,000. */
export const searchPage = z
  .object({
    hits: z.array(searchHit).max(SEARCH_PAGE_MAX),
    cursor: z.string().exactOptional(),
    behind: z.int().nonnegative(),
  })
  .meta({ id: 'SearchPage' });

/** The route for search. */
import { SEARCH_CONTEXT_MAX, SEARCH_PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { route } from '../route.ts';
import { idInQuery, searchOrder, searchPage } from '../schemas/schemas.ts';

/** Chat checks the search text, because its errors are more precise than the schema's. */
const searchQuery = z.strictObject({
  q: z.string(),
  order: searchOrder.optional(),
  limit: z.coerce.number().int().min(1).max(SEARCH_PAGE_MAX).optional(),
  cursor: z.string().optional(),
  context: z.coerce.number().int().min(0).max(SEARCH_CONTEXT_MAX).optional(),
  roomId: idInQuery.optional(),
  tz: z.string().optional(),
});

/** GET /v1/search. */
export const searchRoutes = [
  route({
    method: 'GET',
    path: '/search',
    summary: 'Search the messages in your rooms',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    query: searchQuery,
    answers: { 200: searchPage },
    errors: ['not_found', 'not_member'],
    handle: ({ chat, caller, query }) => chat.search.find(caller, query),
  }),
];

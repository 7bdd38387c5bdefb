/** Routes for requests: rooms that others ask the caller to enter, and the caller's own requests to others. */
import { route } from '../route.ts';
import { asPage, entryRequest, pageOf, pageQuery, room } from '../schemas/schemas.ts';

/** Everything under /v1/requests. */
export const requestRoutes = [
  route({
    method: 'GET',
    path: '/requests',
    summary: 'List the rooms that others ask you to enter, oldest first',
    who: 'signed-in',
    scope: 'read',
    query: pageQuery,
    answers: { 200: pageOf('requests', entryRequest) },
    handle: async ({ chat, caller, query }) => asPage('requests', await chat.requests.list(caller, query)),
  }),
  route({
    method: 'POST',
    path: '/requests/{roomId}/accept',
    summary: 'Accept a request and enter its room, or return to a direct room of yours',
    who: 'signed-in',
    scope: 'write',
    answers: { 200: room },
    errors: ['forbidden', 'conflict'],
    handle: ({ chat, caller, params }) => chat.requests.accept(caller, params.roomId),
  }),
  route({
    method: 'DELETE',
    path: '/requests/{roomId}',
    summary: 'Decline a request',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.requests.decline(caller, params.roomId),
  }),
  route({
    method: 'DELETE',
    path: '/requests/{roomId}/people/{userId}',
    summary: 'Withdraw your request to a person; the answer does not tell whether there was one',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.requests.withdraw(caller, params.roomId, params.userId),
  }),
];

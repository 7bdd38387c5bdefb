/** People. */
import { route } from '../route.ts';
import { user } from '../schemas.ts';

export const peopleRoutes = [
  route({
    method: 'GET',
    path: '/me',
    summary: 'Your own account',
    who: 'signed-in',
    scope: 'read',
    withRoomToken: true,
    answers: { 200: user },
    handle: ({ caller }) => caller.user,
  }),
  route({
    method: 'GET',
    path: '/users/{username}',
    summary: 'A person, by name',
    who: 'signed-in',
    scope: 'read',
    answers: { 200: user },
    handle: ({ chat, caller, params }) => chat.accounts.find(params.username, caller),
  }),
];

/** Bans of addresses, for the server's administrators. */
import { z } from 'zod';
import { json, route } from '../route.ts';
import { addressBan, givenTime, text } from '../schemas/schemas.ts';

const newBan = z.strictObject({ range: text, reason: text.optional(), until: givenTime.optional() });

export const adminAddressRoutes = [
  route({
    method: 'GET',
    path: '/admin/address-bans',
    summary: 'List the networks that may not use this server',
    who: 'signed-in',
    scope: 'admin',
    answers: { 200: z.object({ bans: z.array(addressBan) }) },
    handle: async ({ chat, caller }) => ({ bans: await chat.addressBans.list(caller) }),
  }),
  route({
    method: 'POST',
    path: '/admin/address-bans',
    summary: 'Shut a network out, until a time or for good',
    who: 'signed-in',
    scope: 'admin',
    body: json(newBan),
    answers: { 201: addressBan },
    errors: ['conflict'],
    handle: ({ c, chat, caller, body }) => chat.addressBans.create(caller, body, c.get('peer').address),
  }),
  route({
    method: 'DELETE',
    path: '/admin/address-bans/{banId}',
    summary: 'Lift the ban of a network',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.addressBans.remove(caller, params.banId),
  }),
];

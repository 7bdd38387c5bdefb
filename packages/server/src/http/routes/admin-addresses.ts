/** Routes for administrators: bans of networks. */
import { z } from 'zod';
import { json, route } from '../route.ts';
import { addressBan, asPage, givenTime, pageOf, pageQuery, text } from '../schemas/schemas.ts';

const newBan = z.strictObject({ range: text, reason: text.optional(), until: givenTime.optional() });

/** Everything under /v1/admin/address-bans. */
export const adminAddressRoutes = [
  route({
    method: 'GET',
    path: '/admin/address-bans',
    summary: 'List banned networks',
    who: 'signed-in',
    scope: 'admin',
    query: pageQuery,
    answers: { 200: pageOf('bans', addressBan) },
    handle: async ({ chat, caller, query }) => asPage('bans', await chat.addressBans.list(caller, query)),
  }),
  route({
    method: 'POST',
    path: '/admin/address-bans',
    summary: 'Ban a network, until a given time or permanently',
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
    summary: 'Lift the ban on a network',
    who: 'signed-in',
    scope: 'admin',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.addressBans.remove(caller, params.banId),
  }),
];

/** Routes for invitations to the server and to rooms. */
import { INVITATION_MAX_SECONDS, INVITATION_MIN_SECONDS, INVITATION_USES_MAX } from '@banter/protocol';
import { z } from 'zod';
import { optionalJson, route } from '../route.ts';
import {
  asPage,
  entrance,
  id,
  invitationPage,
  invitationPreview,
  newInvitation,
  pageQuery,
} from '../schemas/schemas.ts';

const createBody = z.strictObject({
  roomId: id.optional(),
  maxUses: z.int().min(1).max(INVITATION_USES_MAX).optional(),
  expiresInSeconds: z.int().min(INVITATION_MIN_SECONDS).max(INVITATION_MAX_SECONDS).optional(),
});

/** Everything under /v1/invitations. */
export const invitationRoutes = [
  route({
    method: 'GET',
    path: '/invitations',
    summary: 'List the invitations that you may revoke, newest first',
    who: 'signed-in',
    scope: 'read',
    query: pageQuery,
    answers: { 200: invitationPage },
    handle: async ({ chat, caller, query }) =>
      asPage('invitations', await chat.invitations.list(caller, query)),
  }),
  route({
    method: 'POST',
    path: '/invitations',
    summary: 'Create an invitation to a room or to the server',
    who: 'signed-in',
    scope: 'write',
    body: optionalJson(createBody),
    answers: { 201: newInvitation },
    errors: ['not_found', 'not_member', 'forbidden', 'conflict'],
    handle: ({ chat, caller, body }) => chat.invitations.create(caller, body),
  }),
  route({
    method: 'GET',
    path: '/invitations/{code}',
    summary: 'Preview an invitation by its code',
    who: 'public',
    rate: 'visit',
    answers: { 200: invitationPreview },
    errors: ['not_found'],
    handle: ({ c, chat, params }) => chat.invitations.preview(params.code, c.get('scope')),
  }),
  route({
    method: 'DELETE',
    path: '/invitations/{code}',
    summary: 'Revoke an invitation by its code or its id',
    who: 'signed-in',
    scope: 'write',
    answers: { 204: null },
    handle: ({ chat, caller, params }) => chat.invitations.revoke(caller, params.code),
  }),
  route({
    method: 'POST',
    path: '/invitations/{code}/accept',
    summary: 'Accept an invitation and join its room',
    who: 'signed-in',
    scope: 'write',
    answers: { 200: entrance },
    errors: ['forbidden', 'conflict'],
    async handle({ chat, caller, params }) {
      const joined = await chat.invitations.accept(caller, params.code);
      return joined ? { room: joined } : {};
    },
  }),
];

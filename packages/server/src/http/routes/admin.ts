/** Routes for administrators: the audit log. */
import { PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { route } from '../route.ts';
import { auditPage, auditVerdict, givenTime, idInQuery, text } from '../schemas/schemas.ts';

const auditQuery = z.strictObject({
  act: text.optional(),
  actorId: idInQuery.optional(),
  userId: idInQuery.optional(),
  roomId: idInQuery.optional(),
  after: givenTime.optional(),
  before: givenTime.optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).optional(),
  cursor: idInQuery.optional(),
});
const anchorQuery = z.strictObject({ id: idInQuery.optional(), hash: text.optional() });

/** Everything under /v1/admin/audit. */
export const adminRoutes = [
  route({
    method: 'GET',
    path: '/admin/audit',
    summary: 'Read the audit log, newest entry first',
    who: 'signed-in',
    scope: 'admin',
    query: auditQuery,
    answers: { 200: auditPage },
    errors: ['forbidden'],
    handle: ({ chat, caller, query }) => chat.auditLog.list(caller, query),
  }),
  route({
    method: 'GET',
    path: '/admin/audit/verify',
    summary: 'Verify the integrity of the audit log',
    who: 'signed-in',
    scope: 'admin',
    query: anchorQuery,
    answers: { 200: auditVerdict },
    errors: ['forbidden'],
    handle: ({ chat, caller, query }) => chat.auditLog.verify(caller, query),
  }),
];

/** Routes for administrators: the audit log. */
import { z } from 'zod';
import { route } from '../route.ts';
import {
  asPage,
  auditPage,
  auditVerdict,
  givenTime,
  idInQuery,
  pageFields,
  text,
} from '../schemas/schemas.ts';

const auditQuery = z.strictObject({
  act: text.optional(),
  actorId: idInQuery.optional(),
  userId: idInQuery.optional(),
  roomId: idInQuery.optional(),
  after: givenTime.optional(),
  before: givenTime.optional(),
  ...pageFields,
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
    handle: async ({ chat, caller, query }) => asPage('entries', await chat.auditLog.list(caller, query)),
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

/** Routes for reports of messages. */
import { z } from 'zod';
import { answer, json, route } from '../route.ts';
import { asPage, pageFields, report, reportPage, reportState, text } from '../schemas/schemas.ts';

const listQuery = z.strictObject({ state: reportState.optional(), ...pageFields });

/** Reports, under /v1/rooms/{roomId}. */
export const reportRoutes = [
  route({
    method: 'POST',
    path: '/rooms/{roomId}/messages/{seq}/report',
    summary: "Report a message to the room's moderators",
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ reason: text })),
    answers: { 201: report, 200: report },
    errors: ['not_member', 'forbidden', 'conflict'],
    async handle({ chat, caller, params: { roomId, seq }, body }) {
      const { report, isNew } = await chat.reports.file(caller, roomId, seq, body.reason);
      return answer(isNew ? 201 : 200, report);
    },
  }),
  route({
    method: 'GET',
    path: '/rooms/{roomId}/reports',
    summary: 'List the reports in a room',
    who: 'signed-in',
    scope: 'read',
    query: listQuery,
    answers: { 200: reportPage },
    errors: ['not_member', 'forbidden'],
    handle: async ({ chat, caller, params, query }) =>
      asPage('reports', await chat.reports.list(caller, params.roomId, query)),
  }),
  route({
    method: 'PUT',
    path: '/rooms/{roomId}/reports/{reportId}',
    summary: 'Close or reopen a report',
    who: 'signed-in',
    scope: 'write',
    body: json(z.strictObject({ state: reportState })),
    answers: { 200: report },
    errors: ['not_member', 'forbidden'],
    handle: ({ chat, caller, params: { roomId, reportId }, body }) =>
      chat.reports.settle(caller, roomId, reportId, body.state),
  }),
];

/** Public routes about the server itself. */
import { z } from 'zod';
import { answer, route } from '../route.ts';
import { registration } from '../schemas/schemas.ts';

/** Only the outline: the OpenAPI specification defines the document. */
const apiDescription = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });

/** Health, readiness, the server itself and its API description. */
export const serverRoutes = [
  route({
    method: 'GET',
    path: '/health',
    summary: 'Check that the process responds',
    who: 'public',
    answers: { 200: z.object({ status: z.literal('ok') }) },
    handle: () => ({ status: 'ok' as const }),
  }),
  route({
    method: 'GET',
    path: '/ready',
    summary:
      'Check that the server can serve requests: the database responds, and the server is not stopping',
    who: 'public',
    answers: {
      200: z.object({ status: z.literal('ready'), storage: z.enum(['open', 'full']) }),
      503: z.object({ status: z.literal('not ready'), reason: z.string() }),
    },
    handle({ facts }) {
      const reason = facts.whyNotReady();
      const storage = facts.isDiskLow() ? ('full' as const) : ('open' as const);
      if (reason === null) return answer(200, { status: 'ready', storage });
      return answer(503, { status: 'not ready', reason });
    },
  }),
  route({
    method: 'GET',
    path: '/server',
    summary: "Get the server's name, who may register, and how many people are online",
    who: 'public',
    rate: 'visit',
    answers: {
      200: z.object({
        name: z.string(),
        registration,
        firstAccount: z.boolean(),
        online: z.int().nonnegative(),
      }),
    },
    handle: async ({ c, chat, facts }) => ({
      name: facts.name ?? c.req.header('Host') ?? 'banter',
      registration: facts.registration,
      firstAccount: await chat.accounts.isEmpty(c.get('scope')),
      online: chat.presence.count(),
    }),
  }),
  route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'Get this description of the API (OpenAPI 3.1)',
    who: 'public',
    rate: 'visit',
    answers: { 200: apiDescription },
    handle: ({ describe }) => describe(),
  }),
];

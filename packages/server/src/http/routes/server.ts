/** What the server says about itself, to anyone. */
import { z } from 'zod';
import { answer, route } from '../route.ts';
import { registration } from '../schemas/schemas.ts';

/** The document describes itself no further: what it is, the OpenAPI specification says. */
const apiDescription = z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) });

export const serverRoutes = [
  route({
    method: 'GET',
    path: '/health',
    summary: 'Whether the process answers',
    who: 'public',
    answers: { 200: z.object({ status: z.literal('ok') }) },
    handle: () => ({ status: 'ok' as const }),
  }),
  route({
    method: 'GET',
    path: '/ready',
    summary: 'Whether the server can serve: its store answers, and it is not stopping',
    who: 'public',
    answers: {
      200: z.object({ status: z.literal('ready') }),
      503: z.object({ status: z.literal('not ready'), reason: z.string() }),
    },
    async handle({ facts }) {
      const reason = await facts.whyNotReady();
      if (reason === null) return answer(200, { status: 'ready' });
      return answer(503, { status: 'not ready', reason });
    },
  }),
  route({
    method: 'GET',
    path: '/server',
    summary: "The server's name, whether it takes new accounts, and how many people are here",
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
      firstAccount: await chat.accounts.isEmpty(),
      online: chat.presence.count(),
    }),
  }),
  route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This description of all calls (OpenAPI 3.1)',
    who: 'public',
    rate: 'visit',
    answers: { 200: apiDescription },
    handle: ({ describe }) => describe(),
  }),
];

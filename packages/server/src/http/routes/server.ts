/** What the server says about itself, to anyone. */
import { Hono } from 'hono';
import type { Chat } from '../../chat/chat.ts';
import type { HttpEnv } from '../context.ts';

export type ServerFacts = {
  /** What the server is called: its public host, or else the host it was asked for. */
  name: string | null;
  registration: 'open' | 'closed';
  /** Why it cannot serve, or null: asks the store, and knows whether the server is stopping. */
  whyNotReady: () => Promise<string | null>;
};

export function serverRoutes(chat: Chat, { name, registration, whyNotReady }: ServerFacts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/health', (c) => c.json({ status: 'ok' }));
  app.get('/ready', async (c) => {
    const reason = await whyNotReady();
    return reason === null ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', reason }, 503);
  });
  app.get('/server', async (c) => {
    chat.limits.take('visit', c.get('peer').address);
    return c.json({
      name: name ?? c.req.header('Host') ?? 'banter',
      registration,
      firstAccount: await chat.accounts.isEmpty(),
      online: chat.presence.count(),
    });
  });
  return app;
}

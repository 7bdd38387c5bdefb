/** People. */
import { Hono } from 'hono';
import type { Chat } from '../../chat/chat.ts';
import type { HttpEnv } from '../context.ts';
import { signedIn } from '../signed-in.ts';

export function peopleRoutes(chat: Chat): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/me', signedIn(chat), (c) => c.json(c.get('caller').user));
  app.get('/users/:username', signedIn(chat), async (c) =>
    c.json(await chat.accounts.find(c.req.param('username'), c.get('caller'))),
  );
  return app;
}

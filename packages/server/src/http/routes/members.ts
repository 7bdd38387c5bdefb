/** The people of a room, and the caller's read mark in it. Behind roomRoutes, which lets only signed-in callers pass. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Chat } from '../../chat/chat.ts';
import type { HttpEnv } from '../context.ts';
import { pathId, readJson } from '../input.ts';

const roleBody = z.strictObject({ role: z.enum(['owner', 'moderator', 'member']) });
const readBody = z.strictObject({ seq: z.int().nonnegative() });

export function memberRoutes({ memberships }: Chat): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/rooms/:roomId/members', async (c) =>
    c.json({ members: await memberships.list(c.get('caller'), pathId(c, 'roomId')) }),
  );
  app.put('/rooms/:roomId/members/:userId', async (c) => {
    const [roomId, userId] = [pathId(c, 'roomId'), pathId(c, 'userId')];
    const { role } = await readJson(c, roleBody);
    return c.json(await memberships.setRole(c.get('caller'), roomId, userId, role));
  });
  app.delete('/rooms/:roomId/members/:userId', async (c) => {
    await memberships.kick(c.get('caller'), pathId(c, 'roomId'), pathId(c, 'userId'));
    return c.body(null, 204);
  });
  app.put('/rooms/:roomId/read', async (c) => {
    const roomId = pathId(c, 'roomId');
    const { seq } = await readJson(c, readBody);
    return c.json({ seq: await memberships.markRead(c.get('caller'), roomId, seq) });
  });
  return app;
}

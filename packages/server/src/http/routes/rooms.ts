/** Rooms. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Chat } from '../../chat/chat.ts';
import type { HttpEnv } from '../context.ts';
import { pathId, readJson, text } from '../input.ts';
import { signedIn } from '../signed-in.ts';

const createBody = z.strictObject({
  name: text,
  kind: z.enum(['open', 'closed']).optional(),
  topic: text.optional(),
});
const updateBody = z.strictObject({ name: text.optional(), topic: text.optional() });

export function roomRoutes(chat: Chat): Hono<HttpEnv> {
  const { rooms } = chat;
  const app = new Hono<HttpEnv>();
  app.use('/rooms', signedIn(chat));
  app.use('/rooms/*', signedIn(chat));

  app.get('/rooms', async (c) => c.json({ rooms: await rooms.list(c.get('caller')) }));
  app.post('/rooms', async (c) =>
    c.json(await rooms.create(c.get('caller'), await readJson(c, createBody)), 201),
  );
  app.get('/rooms/:roomId', async (c) => c.json(await rooms.get(c.get('caller'), pathId(c, 'roomId'))));
  app.patch('/rooms/:roomId', async (c) => {
    const roomId = pathId(c, 'roomId');
    return c.json(await rooms.update(c.get('caller'), roomId, await readJson(c, updateBody)));
  });
  app.post('/rooms/:roomId/join', async (c) =>
    c.json(await rooms.join(c.get('caller'), pathId(c, 'roomId'))),
  );
  app.post('/rooms/:roomId/leave', async (c) => {
    await rooms.leave(c.get('caller'), pathId(c, 'roomId'));
    return c.body(null, 204);
  });
  return app;
}

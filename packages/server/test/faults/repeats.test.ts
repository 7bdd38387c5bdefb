/** The same send, a hundred times at once, by every door. */

import type { Message } from '@banter/protocol';
import { afterEach, expect, it } from 'vitest';
import { ask } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { type Collector, isReplyTo, signIn } from '../harness/socket.ts';
import { explain } from '../history/check.ts';
import { type History, hashOf } from '../history/record.ts';
import { judge } from '../history/run.ts';

const TEST_MAX_MS = 240_000;
const EQUAL = { id: 'equal-to-all-others', content: 'once and once only' };
const SENDS = 100;

let server: TestServer;
afterEach(() => server.close());

type Sent = { seq: number; duplicate: boolean };

it('[S2] stores a hundred equal sends once, also after a restart', { timeout: TEST_MAX_MS }, async () => {
  server = await startServer();
  const answers: Sent[] = [];
  const { violations } = await judge({
    name: '100 equal sends',
    server,
    clients: 6,
    meanwhile: async (run) => {
      const [author] = run.people;
      const [room] = run.rooms;
      if (!author || !room) throw new RangeError('nobody is here');
      for (let round = 0; round < 2; round++) {
        await run.progress(50);
        answers.push(...(await sendEqually(run.history, author, room.id, `round ${round}`)));
        await server.kill();
        await server.restart();
        await run.live();
      }
    },
  });
  expect(explain(violations)).toBe('no violation');
  expect(answers).toHaveLength(2 * SENDS);
  expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(answers.map(({ seq }) => seq)).size).toBe(1);
});

/** A third over each of two sockets and over HTTP, none waiting for another. */
async function sendEqually(history: History, author: Person, roomId: number, round: string): Promise<Sent[]> {
  const sockets = await Promise.all([1, 2].map(() => signIn(server, author.token, [])));
  const third = Math.floor(SENDS / 3);
  const notes = Array.from({ length: SENDS }, (_, i) => {
    const of = { userId: author.user.id, connection: `${round}, send ${i}`, roomId, id: EQUAL.id };
    history.note({ kind: 'invoke', ...of, hash: hashOf(EQUAL.content), overHttp: true });
    return of;
  });
  const sent = await Promise.all([
    ...sockets.map((socket) => overSocket(socket, roomId, third)),
    ...Array.from({ length: SENDS - 2 * third }, () => overHttp(author, roomId)),
  ]);
  for (const { ws } of sockets) ws.terminate();
  const answers = sent.flat();
  for (const [i, of] of notes.entries()) {
    const answer = answers[i];
    if (answer) history.note({ kind: 'ok', ...of, ...answer });
  }
  return answers;
}

async function overSocket(socket: Collector, roomId: number, count: number): Promise<Sent[]> {
  for (let i = 0; i < count; i++) socket.send({ op: 'send', roomId, ...EQUAL });
  const replies = () => socket.events.filter((event) => isReplyTo(event, EQUAL.id));
  await socket.until('an answer to each', () => replies().length === count);
  return replies().map((reply) => {
    if (reply.type === 'ok' && reply.seq !== undefined)
      return { seq: reply.seq, duplicate: reply.duplicate ?? false };
    throw new Error(`an equal send was answered with ${JSON.stringify(reply)}`);
  });
}

async function overHttp({ token }: Person, roomId: number): Promise<Sent> {
  const { status, body } = await ask(server, 'POST', `/v1/rooms/${roomId}/messages`, { token, body: EQUAL });
  if (status === 200 || status === 201) return { seq: (body as Message).seq, duplicate: status === 200 };
  throw new Error(`an equal send was answered with ${status} ${JSON.stringify(body)}`);
}

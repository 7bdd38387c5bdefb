/** The same send, a hundred times at once, by every door. */

import type { Message } from '@banter/protocol';
import { ask, type Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { startServer } from '../harness/server.ts';
import { type Collector, isReplyTo, signIn } from '../harness/socket.ts';
import { type History, hashOf } from '../history/record.ts';
import { judge } from '../history/run.ts';
import { type Fault, outcomeOf, unless } from './fault.ts';

const CONTENT = 'once and once only';
const SENDS = 100;
/** Each id is sent before a kill and after it. */
const IDS = { short: 2, full: 20 } as const;

type Sent = { seq: number; duplicate: boolean };
type Equal = { author: Person; roomId: number; id: string };

export const equalSends: Fault = {
  name: '100 equal sends at once',
  proves: '[S2] stores a hundred equal sends once, also after a kill',
  async run(size) {
    const server = await startServer();
    const answers = new Map<string, Sent[]>();
    const verdict = await judge({
      name: equalSends.name,
      server,
      clients: 6,
      meanwhile: async (run) => {
        const [author] = run.people;
        const [room] = run.rooms;
        if (!author || !room) throw new RangeError('nobody is here');
        for (let i = 0; i < IDS[size]; i++) {
          const equal = { author, roomId: room.id, id: `equal-to-all-others-${i}` };
          const before = await sendEqually(server, run.history, equal, 'before');
          await server.kill();
          await server.restart();
          await run.live();
          answers.set(equal.id, [...before, ...(await sendEqually(server, run.history, equal, 'after'))]);
        }
      },
    }).finally(server.close);
    const all = [...answers.values()];
    return outcomeOf(verdict, {
      trials: 2 * all.length,
      broken: unless({
        'every send is answered': all.every(({ length }) => length === 2 * SENDS),
        'all answers name one seq': all.every((sent) => new Set(sent.map(({ seq }) => seq)).size === 1),
        'one of them is no duplicate': all.every(
          (sent) => sent.filter(({ duplicate }) => !duplicate).length === 1,
        ),
      }),
    });
  },
};

/** A third over each of two sockets and over HTTP, none waiting for another. */
async function sendEqually(server: Host, history: History, equal: Equal, round: string): Promise<Sent[]> {
  const { author, roomId, id } = equal;
  const sockets = await Promise.all([1, 2].map(() => signIn(server, author.token, [])));
  const third = Math.floor(SENDS / 3);
  const notes = Array.from({ length: SENDS }, (_, i) => {
    const of = { userId: author.user.id, connection: `${id} ${round}, send ${i}`, roomId, id };
    history.note({ kind: 'invoke', ...of, hash: hashOf(CONTENT), overHttp: true });
    return of;
  });
  const sent = await Promise.all([
    ...sockets.map((socket) => overSocket(socket, equal, third)),
    ...Array.from({ length: SENDS - 2 * third }, () => overHttp(server, equal)),
  ]);
  for (const { ws } of sockets) ws.terminate();
  const answers = sent.flat();
  for (const [i, of] of notes.entries()) {
    const answer = answers[i];
    if (answer) history.note({ kind: 'ok', ...of, ...answer });
  }
  return answers;
}

async function overSocket(socket: Collector, { roomId, id }: Equal, count: number): Promise<Sent[]> {
  for (let i = 0; i < count; i++) socket.send({ op: 'send', roomId, id, content: CONTENT });
  const replies = () => socket.events.filter((event) => isReplyTo(event, id));
  await socket.until('an answer to each', () => replies().length === count);
  return replies().map((reply) => {
    if (reply.type === 'ok' && reply.seq !== undefined)
      return { seq: reply.seq, duplicate: reply.duplicate ?? false };
    throw new Error(`an equal send was answered with ${JSON.stringify(reply)}`);
  });
}

async function overHttp(server: Host, { author: { token }, roomId, id }: Equal): Promise<Sent> {
  const question = { token, body: { id, content: CONTENT } };
  const { status, body } = await ask(server, 'POST', `/v1/rooms/${roomId}/messages`, question);
  if (status === 200 || status === 201) return { seq: (body as Message).seq, duplicate: status === 200 };
  throw new Error(`an equal send was answered with ${status} ${JSON.stringify(body)}`);
}

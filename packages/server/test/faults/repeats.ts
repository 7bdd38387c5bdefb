/** Fault: the same send arrives a hundred times at once, over both sockets and HTTP. */

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
/** The number of ids. Each is sent before and after a kill. */
const IDS = { short: 2, full: 20 } as const;

type Sent = { seq: number; duplicate: boolean };
type Identical = { author: Person; roomId: number; id: string };

/** Repeats sends, and kills the server between the repeats. */
export const identicalSends: Fault = {
  name: '100 identical sends at once',
  proves: '[S2] stores a hundred identical sends once, even with a kill between them',
  async run(size) {
    const server = await startServer();
    const answers = new Map<string, Sent[]>();
    const verdict = await judge({
      name: identicalSends.name,
      server,
      clients: 6,
      meanwhile: async (run) => {
        const [author] = run.people;
        const [room] = run.rooms;
        if (!author || !room) throw new RangeError('the run has no people or no rooms');
        for (let i = 0; i < IDS[size]; i++) {
          const send = { author, roomId: room.id, id: `same-as-all-others-${i}` };
          const before = await sendRepeatedly(server, run.history, send, 'before');
          await server.kill();
          await server.restart();
          await run.live();
          answers.set(send.id, [...before, ...(await sendRepeatedly(server, run.history, send, 'after'))]);
        }
      },
    }).finally(server.close);
    const all = [...answers.values()];
    return outcomeOf(verdict, {
      trials: 2 * all.length,
      broken: unless({
        'every send gets an answer': all.every(({ length }) => length === 2 * SENDS),
        'all answers give the same seq': all.every((sent) => new Set(sent.map(({ seq }) => seq)).size === 1),
        'exactly one answer is not a duplicate': all.every(
          (sent) => sent.filter(({ duplicate }) => !duplicate).length === 1,
        ),
      }),
    });
  },
};

/** Sends a third over each of two sockets and the rest over HTTP, all at once. */
async function sendRepeatedly(
  server: Host,
  history: History,
  send: Identical,
  round: string,
): Promise<Sent[]> {
  const { author, roomId, id } = send;
  const sockets = await Promise.all([1, 2].map(() => signIn(server, author.token, [])));
  const third = Math.floor(SENDS / 3);
  const notes = Array.from({ length: SENDS }, (_, i) => {
    const of = { userId: author.user.id, connection: `${id} ${round}, send ${i}`, roomId, id };
    history.record({ kind: 'invoke', ...of, hash: hashOf(CONTENT), overHttp: true });
    return of;
  });
  const sent = await Promise.all([
    ...sockets.map((socket) => overSocket(socket, send, third)),
    ...Array.from({ length: SENDS - 2 * third }, () => overHttp(server, send)),
  ]);
  for (const { ws } of sockets) ws.terminate();
  const answers = sent.flat();
  for (const [i, of] of notes.entries()) {
    const answer = answers[i];
    if (answer) history.record({ kind: 'ok', ...of, ...answer });
  }
  return answers;
}

async function overSocket(socket: Collector, { roomId, id }: Identical, count: number): Promise<Sent[]> {
  for (let i = 0; i < count; i++) socket.send({ op: 'send', roomId, id, content: CONTENT });
  const replies = () => socket.events.filter((event) => isReplyTo(event, id));
  await socket.until('an answer to each send', () => replies().length === count);
  return replies().map((reply) => {
    if (reply.type === 'ok' && reply.seq !== undefined)
      return { seq: reply.seq, duplicate: reply.duplicate ?? false };
    throw new Error(`a repeated send got ${JSON.stringify(reply)}`);
  });
}

async function overHttp(server: Host, { author: { token }, roomId, id }: Identical): Promise<Sent> {
  const question = { token, body: { id, content: CONTENT } };
  const { status, body } = await ask(server, 'POST', `/v1/rooms/${roomId}/messages`, question);
  if (status === 200 || status === 201) return { seq: (body as Message).seq, duplicate: status === 200 };
  throw new Error(`a repeated send got ${status} ${JSON.stringify(body)}`);
}

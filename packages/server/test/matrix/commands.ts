/** Sends a row of the matrix as a socket command, as the scene's actor. */
import { CLOSES, type Command, type CommandOf, type Op } from '@banter/protocol';
import type { Host } from '../harness/http.ts';
import { newId, type Person } from '../harness/people.ts';
import {
  type Collector,
  openSocket,
  roundTrip,
  type SocketOptions,
  signIn,
  UpgradeRefused,
} from '../harness/socket.ts';
import type { Row } from './calls.ts';
import { type Verdict, verdictOf } from './rights.ts';
import type { Scene, World } from './world.ts';

/** The values that a command's fields use. */
export type Fields = { roomId: number; seq: number; token: string };

/** A valid command of each kind. */
export const COMMAND_OF: { [K in Op]: (fields: Fields) => CommandOf<K> } = {
  hello: ({ token, roomId }) => ({ op: 'hello', token, rooms: [{ roomId, after: 0 }] }),
  send: ({ roomId, seq }) => ({
    op: 'send',
    id: newId(),
    roomId,
    content: 'Hear me.',
    replyTo: seq,
    kind: 'me',
  }),
  edit: ({ roomId, seq }) => ({ op: 'edit', id: newId(), roomId, seq, content: 'Or so.' }),
  delete: ({ roomId, seq }) => ({ op: 'delete', id: newId(), roomId, seq }),
  react: ({ roomId, seq }) => ({ op: 'react', id: newId(), roomId, seq, emoji: '👍', on: true }),
  subscribe: ({ roomId }) => ({ op: 'subscribe', id: newId(), roomId, after: 0 }),
  unsubscribe: ({ roomId }) => ({ op: 'unsubscribe', id: newId(), roomId }),
  read: ({ roomId, seq }) => ({ op: 'read', roomId, seq }),
  typing: ({ roomId }) => ({ op: 'typing', roomId }),
  away: () => ({ op: 'away', id: newId(), on: true, message: 'at lunch' }),
  auth: ({ token }) => ({ op: 'auth', id: newId(), token }),
  pong: () => ({ op: 'pong', t: 0 }),
};

/** Sends a command as the scene's actor, on a socket that follows no room. @returns the verdict. */
export async function sayCommand(
  { app }: World,
  { name, given }: Row<Op>,
  scene: Scene,
): Promise<Verdict | string> {
  const { actor, roomId, seq } = scene;
  const command = COMMAND_OF[name]({ roomId, seq, token: actor?.token ?? 'none', ...given?.(scene) });
  if (!actor) return sayFirst(await openSocket(app), command);
  if (name === 'hello') return answerToHello(await openSocket(app), command, roomId);
  const socket = await greet(app, actor.token);
  if (typeof socket === 'string') return socket;
  // Typing notices are for rooms that the connection follows.
  if (name === 'read') return readWith(socket, await signIn(app, actor.token, []), command);
  if (name === 'typing') await socket.ask(COMMAND_OF.subscribe({ roomId, seq, token: '' }));
  const verdict = await answerTo(socket, command);
  socket.ws.terminate();
  return verdict;
}

/** Opens the plain socket of a room, and sends a message there if the row says so. @returns the verdict. */
export async function usePlain(
  { app }: World,
  { name }: Row<'open' | 'say'>,
  scene: Scene,
): Promise<Verdict | string> {
  try {
    const socket = await openSocket(app, plainOf(scene.roomId, scene.actor));
    await socket.first('live', ({ type }) => type === 'live');
    if (name === 'say') socket.send('Hear me.');
    const verdict = name === 'say' ? await firstAnswer(socket) : 'ok';
    socket.ws.terminate();
    return verdict;
  } catch (error) {
    if (error instanceof UpgradeRefused) return verdictOf(String(error.problem.code));
    throw error;
  }
}

/** Returns the options of a room's plain socket, for this actor. */
export function plainOf(roomId: number, actor: Person | null): SocketOptions {
  const headers = actor ? { authorization: `Bearer ${actor.token}` } : {};
  return { path: `/v1/rooms/${roomId}/ws`, headers };
}

/** Sends a first frame that is not a valid hello. */
async function sayFirst(socket: Collector, command: Command): Promise<string> {
  socket.send(command);
  const { code } = await socket.closed();
  return code === CLOSES.no_hello.code || code === CLOSES.token_expired.code
    ? 'sign-in'
    : `closed with ${code}`;
}

/** Opens a socket that follows no room. @returns the verdict if its token is rejected. */
async function greet(host: Host, token: string): Promise<Collector | string> {
  const socket = await openSocket(host);
  socket.send({ op: 'hello', token, rooms: [] });
  const answer = await socket.first('an answer', ({ type }) => type === 'welcome' || type === 'error');
  return answer.type === 'error' ? verdictOf(answer.code) : socket;
}

async function answerToHello(socket: Collector, command: Command, roomId: number): Promise<string> {
  socket.send(command);
  const answer = await socket.first(
    'an answer for the room',
    (event) => event.type === 'error' || ('roomId' in event && event.roomId === roomId),
  );
  socket.ws.terminate();
  return answer.type === 'error' ? verdictOf(answer.code) : 'ok';
}

/** Sends a command. One without an id gets an answer only if it is rejected. */
async function answerTo(socket: Collector, command: Command): Promise<string> {
  const from = socket.events.length;
  if ('id' in command) {
    const reply = await socket.ask(command);
    return reply.type === 'error' ? verdictOf(reply.code) : verdictOfOk(reply);
  }
  socket.send(command);
  await roundTrip(socket);
  // The round trip may be rejected too, under its own id.
  const refusal = socket.events.slice(from).find((event) => event.type === 'error' && event.id === undefined);
  return refusal?.type === 'error' ? verdictOf(refusal.code) : 'ok';
}

/** The fields of the answer to a command: places and ids, so that no scope needs a shorter answer. */
const OK_FIELDS = ['type', 'id', 'roomId', 'seq', 'at', 'duplicate'];

function verdictOfOk(reply: object): string {
  const others = Object.keys(reply).filter((field) => !OK_FIELDS.includes(field));
  return others.length === 0 ? 'ok' : `shows ${others}`;
}

/** Moves a read mark. Only the person's other devices learn of a mark that has moved. */
async function readWith(socket: Collector, other: Collector, command: Command): Promise<string> {
  socket.send(command);
  const answer = await Promise.race([
    other.first('the mark', ({ type }) => type === 'read'),
    socket.first('an error', ({ type }) => type === 'error'),
  ]);
  for (const { ws } of [socket, other]) ws.terminate();
  return answer.type === 'error' ? verdictOf(answer.code) : 'ok';
}

async function firstAnswer(socket: Collector): Promise<string> {
  const answer = await socket.first(
    'a message or an error',
    ({ type }) => type === 'message' || type === 'error',
  );
  return answer.type === 'error' ? verdictOf(answer.code) : 'ok';
}

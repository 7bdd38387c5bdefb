/** The two sockets as one: how to open each, and how to say something that comes back. */

import { randomUUID } from 'node:crypto';
import { decodeFrame, type ServerEvent } from '@banter/protocol';
import { expect } from 'vitest';
import type { Host } from '../harness/http.ts';
import type { At, Person } from '../harness/people.ts';
import { type Frame, frame, OPCODE, openRaw, type RawSocket } from '../harness/raw-socket.ts';

export type Door = {
  name: string;
  /** A signed-in socket that has had its welcome. */
  open(): Promise<RawSocket>;
  /** Whole payloads of text frames around a text: each comes back, by `returned`. */
  say(text: string): Buffer;
  /** Waits until `payload`, made by `say`, has come back; the text that it holds now. */
  returned(socket: RawSocket, payload: Buffer): Promise<string>;
};

/** Both doors of a room that the person is in. */
export function doorsOf(host: () => Host, who: () => Person, room: () => At): Door[] {
  return [
    {
      name: '/v1/socket',
      async open() {
        const socket = await openRaw(host(), '/v1/socket', { 'Sec-WebSocket-Protocol': 'banter.v1' });
        const rooms = [{ roomId: room().id }];
        socket.write(text(JSON.stringify({ op: 'hello', token: who().token, rooms })));
        await event(socket, 'live', ({ type }) => type === 'live');
        return socket;
      },
      say: (content) =>
        Buffer.from(JSON.stringify({ op: 'send', id: randomUUID(), roomId: room().id, content })),
      async returned(socket, payload) {
        const { id } = JSON.parse(payload.toString());
        return contentOf(
          await event(socket, 'the message', (one) => one.type === 'message' && one.id === id),
        );
      },
    },
    {
      name: '/v1/rooms/{id}/ws',
      async open() {
        const path = `/v1/rooms/${room().id}/ws`;
        const socket = await openRaw(host(), path, { Authorization: `Bearer ${who().token}` });
        await event(socket, 'live', ({ type }) => type === 'live');
        return socket;
      },
      say: (content) => Buffer.from(content),
      returned: async (socket, payload) =>
        contentOf(
          await event(
            socket,
            'the message',
            (one) => one.type === 'message' && one.content === payload.toString(),
          ),
        ),
    },
  ];
}

/** A whole text frame. */
export function text(payload: Buffer | string): Buffer {
  return frame({ opcode: OPCODE.text, payload });
}

/** Opens a socket for as long as it is used. */
export async function withSocket(door: Door, use: (socket: RawSocket) => Promise<void>): Promise<void> {
  const socket = await door.open();
  await use(socket).finally(() => socket.destroy());
}

/** The first event that fits, past or to come. */
export async function event(
  socket: RawSocket,
  what: string,
  fits: (event: ServerEvent) => boolean,
): Promise<ServerEvent> {
  const holds = (one: Frame) => one.opcode === OPCODE.text && eventsOf(one).some(fits);
  const found = eventsOf(await socket.first(what, holds)).find(fits);
  if (!found) throw new Error(`${what} was there and is not`);
  return found;
}

/** Everything that the socket was told. */
export function eventsOf({ opcode, payload }: Frame): ServerEvent[] {
  return opcode === OPCODE.text ? decodeFrame(payload.toString()) : [];
}

/** Shows that the socket still lives: a ping that has its pong, after all that was written before. */
export async function expectOpen(socket: RawSocket): Promise<void> {
  const payload = Buffer.from(randomUUID());
  socket.write(frame({ opcode: OPCODE.ping, payload }));
  await socket.first('a pong', (one) => one.opcode === OPCODE.pong && one.payload.equals(payload));
}

/** Waits until the socket was told `invalid`, and shows that it lives on. */
export async function refused(socket: RawSocket): Promise<void> {
  const refusal = await event(socket, 'a refusal', ({ type }) => type === 'error');
  expect(refusal).toMatchObject({ code: 'invalid' });
  await expectOpen(socket);
}

/** Waits until the room holds this text, whatever became of the socket that said it. */
export async function expectStored(who: Person, { id }: At, content: string): Promise<void> {
  const other = await who.connects([{ roomId: id, after: 0 }]);
  await who.sees(content);
  other.ws.terminate();
}

/** Whether a frame is a pong, whatever is in it. */
export function isPong({ opcode }: Frame): boolean {
  return opcode === OPCODE.pong;
}

function contentOf(found: ServerEvent): string {
  return found.type === 'message' ? (found.content ?? '') : '';
}

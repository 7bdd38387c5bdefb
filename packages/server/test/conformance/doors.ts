/** A common interface to both sockets: how to open each, and how to send a text that comes back. */

import { randomUUID } from 'node:crypto';
import { decodeFrame, type ServerEvent } from '@banter/protocol';
import { expect } from 'vitest';
import type { Host } from '../harness/http.ts';
import type { At, Person } from '../harness/people.ts';
import { type Frame, frame, OPCODE, openRaw, type RawSocket } from '../harness/raw-socket.ts';

/** One kind of socket. */
export type Door = {
  name: string;
  /** Opens a signed-in socket and waits until its room is live. */
  open(): Promise<RawSocket>;
  /** Makes the payload of a text frame that sends a message. */
  say(text: string): Buffer;
  /** Waits until the message of `payload` arrives. @returns its content. */
  returned(socket: RawSocket, payload: Buffer): Promise<string>;
};

/** Returns both doors, for a room of the person. */
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

/** Makes a complete text frame. */
export function text(payload: Buffer | string): Buffer {
  return frame({ opcode: OPCODE.text, payload });
}

/** Opens a socket, uses it and destroys it. */
export async function withSocket(door: Door, use: (socket: RawSocket) => Promise<void>): Promise<void> {
  const socket = await door.open();
  await use(socket).finally(() => socket.destroy());
}

/** Returns the first matching event, past or future. */
export async function event(
  socket: RawSocket,
  what: string,
  fits: (event: ServerEvent) => boolean,
): Promise<ServerEvent> {
  const holds = (one: Frame) => one.opcode === OPCODE.text && eventsOf(one).some(fits);
  const found = eventsOf(await socket.first(what, holds)).find(fits);
  if (!found) throw new Error(`${what}: the event has disappeared`);
  return found;
}

/** Decodes the events of a frame. */
export function eventsOf({ opcode, payload }: Frame): ServerEvent[] {
  return opcode === OPCODE.text ? decodeFrame(payload.toString()) : [];
}

/** Checks that the socket is open: a ping, after everything written before, must get its pong. */
export async function expectOpen(socket: RawSocket): Promise<void> {
  const payload = Buffer.from(randomUUID());
  socket.write(frame({ opcode: OPCODE.ping, payload }));
  await socket.first('a pong', (one) => one.opcode === OPCODE.pong && one.payload.equals(payload));
}

/** Waits for the error `invalid`, and checks that the socket stays open. */
export async function refused(socket: RawSocket): Promise<void> {
  const refusal = await event(socket, 'an error', ({ type }) => type === 'error');
  expect(refusal).toMatchObject({ code: 'invalid' });
  await expectOpen(socket);
}

/** Waits until the room has this text, even if its sender's socket is closed. */
export async function expectStored(who: Person, { id }: At, content: string): Promise<void> {
  const other = await who.connects([{ roomId: id, after: 0 }]);
  await who.sees(content);
  other.ws.terminate();
}

/** Tells whether a frame is a pong, with any payload. */
export function isPong({ opcode }: Frame): boolean {
  return opcode === OPCODE.pong;
}

function contentOf(found: ServerEvent): string {
  return found.type === 'message' ? (found.content ?? '') : '';
}

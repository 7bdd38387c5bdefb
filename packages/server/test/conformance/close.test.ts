/** RFC 6455 on both sockets, chapter 7: closing. The numbers are those of the Autobahn suite. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { closeFrame, frame, OPCODE, type RawSocket } from '../harness/raw-socket.ts';
import { until } from '../harness/wait.ts';
import { doorsOf, event, expectStored, text, withSocket } from './doors.ts';

let app: TestApp;
let ann: Person;
let room: At;
beforeAll(async () => {
  app = await startApp();
  ann = await person(app, 'ann');
  room = await ann.opens('lobby');
});
afterAll(() => app.close());

const doors = doorsOf(
  () => app,
  () => ann,
  () => room,
);
const ping = frame({ opcode: OPCODE.ping, payload: 'too late' });

describe.each(doors)('7 closing, on $name', (door) => {
  it('7.1.1 after a message and a close, the message is delivered, the close is answered and the connection ends', () =>
    withSocket(door, async (socket) => {
      const payload = door.say('the last word');
      socket.write(Buffer.concat([text(payload), closeFrame(1000)]));
      expect(await socket.closeCode()).toBe(1000);
      await socket.ended();
      await expectStored(ann, room, 'the last word');
    }));

  it('7.1.2 a second close is ignored', () =>
    withSocket(door, async (socket) => {
      socket.write(Buffer.concat([closeFrame(1000), closeFrame(1000)]));
      await socket.ended();
      expect(closes(socket)).toEqual([1000]);
    }));

  it('7.1.3 a ping after a close gets no pong', () =>
    withSocket(door, async (socket) => {
      socket.write(Buffer.concat([closeFrame(1000), ping]));
      await socket.ended();
      expect(socket.frames.filter(({ opcode }) => opcode === OPCODE.pong)).toEqual([]);
    }));

  it('7.1.4 a message after a close is ignored', () =>
    withSocket(door, async (socket) => {
      socket.write(Buffer.concat([closeFrame(1000), text(door.say('behind the close'))]));
      await socket.ended();
      await absent('behind the close');
    }));

  it('7.1.5 a close in the middle of a message discards it', () =>
    withSocket(door, async (socket) => {
      const payload = door.say('cut by a close');
      const half = payload.length - 5;
      socket.write(
        Buffer.concat([
          frame({ opcode: OPCODE.text, isFinal: false, payload: payload.subarray(0, half) }),
          closeFrame(1000),
          frame({ opcode: OPCODE.continuation, payload: payload.subarray(half) }),
        ]),
      );
      expect(await socket.closeCode()).toBe(1000);
      await absent('cut by a close');
    }));

  it('7.1.6 after a large message, a close and a ping, the message is delivered and the ping ignored', () =>
    withSocket(door, async (socket) => {
      const large = `large ${'\u{1F41F}'.repeat(7_900)}`;
      socket.write(Buffer.concat([text(door.say(large)), closeFrame(1000), ping]));
      expect(await socket.closeCode()).toBe(1000);
      await expectStored(ann, room, large);
    }));

  it('7.1.7 nothing follows the answer to a close, even while others send messages', () =>
    withSocket(door, async (socket) => {
      const talker = await door.open();
      const lines = Array.from({ length: 200 }, (_, i) => text(door.say(`while closing ${i}`)));
      talker.write(Buffer.concat(lines.slice(0, 100)));
      await event(socket, 'the talk', (one) => one.type === 'message' && one.content === 'while closing 0');
      socket.write(closeFrame(1000));
      talker.write(Buffer.concat(lines.slice(100)));
      await socket.ended();
      expect(socket.frames.at(-1)?.opcode).toBe(OPCODE.close);
      talker.destroy();
    }));

  it('7.1.8 a connection that ends without a close is closed', () =>
    withSocket(door, async (socket) => {
      socket.tcp.end();
      await socket.ended();
    }));

  it('7.3.1 a close without a code gets a close without a code', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.close }));
      expect(await socket.closeCode()).toBe(1005);
      await socket.ended();
    }));

  it('7.3.2 a close with a single byte is answered with 1002', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.close, payload: 'a' }));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it.each([
    ['7.3.3 no reason', ''],
    ['7.3.4 a reason', 'enough for today'],
    ['7.3.5 a reason of 123 bytes', '*'.repeat(123)],
  ])('%s: the close is answered with its code', (_name, reason) =>
    withSocket(door, async (socket) => {
      socket.write(closeFrame(1000, reason));
      expect(await socket.closeCode()).toBe(1000);
      await socket.ended();
    }),
  );

  it('7.3.6 a reason of 124 bytes is answered with 1002, because a control frame has at most 125', () =>
    withSocket(door, async (socket) => {
      socket.write(closeFrame(1000, '*'.repeat(124)));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it('7.5.1 a reason that is not UTF-8 is answered with 1007', () =>
    withSocket(door, async (socket) => {
      socket.write(closeFrame(1000, Buffer.from('cebaeda080', 'hex')));
      expect(await socket.closeCode()).toBe(1007);
    }));

  const good = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
  it.each(good.map((code, i) => [`7.7.${i + 1}`, code] as const))(
    '%s the code %i is allowed, and answered with the same code',
    (_id, code) =>
      withSocket(door, async (socket) => {
        socket.write(closeFrame(code));
        expect(await socket.closeCode()).toBe(code);
        await socket.ended();
      }),
  );

  const bad = [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999];
  it.each(bad.map((code, i) => [`7.9.${i + 1}`, code] as const))(
    '%s the code %i is not allowed, and answered with 1002',
    (_id, code) =>
      withSocket(door, async (socket) => {
        socket.write(closeFrame(code));
        expect(await socket.closeCode()).toBe(1002);
      }),
  );

  it.each([
    ['7.13.1', 5000],
    ['7.13.2', 65_535],
  ])('%s the code %i is outside all ranges, and answered with 1002', (_id, code) =>
    withSocket(door, async (socket) => {
      socket.write(closeFrame(code));
      expect(await socket.closeCode()).toBe(1002);
    }),
  );

  it('7.14 a client that never answers a close is disconnected', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: 3 }));
      expect(await socket.closeCode()).toBe(1002);
      await until('the server closes the connection', () => {
        if (!socket.tcp.destroyed) socket.write(ping);
        return socket.tcp.destroyed;
      });
    }));
});

/** Returns the codes of all close frames received. */
function closes({ frames }: RawSocket): number[] {
  return frames.filter(({ opcode }) => opcode === OPCODE.close).map(({ payload }) => payload.readUInt16BE());
}

/** Checks that this message is not stored, by storing a later one. */
async function absent(content: string): Promise<void> {
  await ann.posts(room, `later than ${content}`);
  const { messages } = await ann.reads(room);
  expect(messages.map((message) => message.content)).not.toContain(content);
}

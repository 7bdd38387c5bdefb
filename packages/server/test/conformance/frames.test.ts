/**
 * RFC 6455 on both sockets, chapters 1 to 4: framing, pings, reserved bits, opcodes. Chapters 5 and 6 are in
 * fragments.test.ts. The numbers are those of the Autobahn suite. These tests wait for the message that they sent, in
 * place of the echo that the suite expects.
 */

import { FRAME_MAX_BYTES } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { frame, OPCODE, type RawSocket } from '../harness/raw-socket.ts';
import { doorsOf, expectOpen, expectStored, isPong, refused, text, withSocket } from './doors.ts';

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

describe.each(doors)('1 framing, on $name', (door) => {
  it('1.1.1 an empty text frame gets the error invalid, and the socket stays open', () =>
    withSocket(door, async (socket) => {
      socket.write(text(''));
      await refused(socket);
    }));

  it.each([
    ['1.1.2', 125],
    ['1.1.3', 126],
    ['1.1.4', 127],
    ['1.1.5', 128],
    ['1.1.6', 7_999],
  ])('%s a text frame of at least %i bytes comes back whole', (_id, bytes) =>
    withSocket(door, async (socket) => {
      const payload = door.say(
        '*'.repeat(bytes - door.say('').length > 0 ? bytes - door.say('').length : bytes),
      );
      socket.write(text(payload));
      await door.returned(socket, payload);
    }),
  );

  it.each([
    ['1.1.7', 65_535],
    ['1.1.8', 65_536],
  ])(
    '%s a text frame of %i bytes is read whole: it fits into a frame, but not into a message',
    (_id, bytes) =>
      withSocket(door, async (socket) => {
        socket.write(text('*'.repeat(bytes)));
        await refused(socket);
      }),
  );

  it('1.1.9 a text frame of 32,000 bytes in pieces of 997 comes back whole', () =>
    withSocket(door, async (socket) => {
      const payload = door.say('\u{1F41F}'.repeat(7_900));
      await socket.trickle(text(payload), 997);
      await door.returned(socket, payload);
    }));

  it('1.1.10 one byte over the maximum frame is answered with 1009, before the payload arrives', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.text, claimedBytes: BigInt(FRAME_MAX_BYTES + 1) }));
      expect(await socket.closeCode()).toBe(1009);
    }));

  it.each([
    ['1.1.11', 100n * 1024n * 1024n],
    ['1.1.12', 2n ** 32n],
    ['1.1.13', 2n ** 53n],
    ['1.1.14', 2n ** 63n],
  ])('%s a frame that claims %s bytes is answered with 1009 at its header', (_id, claimedBytes) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.text, claimedBytes, lengthBits: 64 }));
      expect(await socket.closeCode()).toBe(1009);
    }),
  );

  it.each([
    ['1.2.1', 0],
    ['1.2.2', 125],
    ['1.2.3', 126],
    ['1.2.4', 127],
    ['1.2.5', 128],
    ['1.2.6', 65_535],
    ['1.2.7', 65_536],
  ])('%s a binary frame of %i bytes gets the error invalid, and the socket stays open', (_id, bytes) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.binary, payload: Buffer.alloc(bytes, 0xfe) }));
      await refused(socket);
    }),
  );

  it('1.2.8 a binary frame of 65,536 bytes in pieces of 997 gets the error invalid, and the socket stays open', () =>
    withSocket(door, async (socket) => {
      await socket.trickle(frame({ opcode: OPCODE.binary, payload: Buffer.alloc(65_536, 0xfe) }), 997);
      await refused(socket);
    }));

  it('1.3.1 an unmasked frame is answered with 1002', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.text, payload: door.say('unmasked'), isMasked: false }));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it("1.3.2 the server's frames have no mask, no fragments and no reserved bits", () =>
    withSocket(door, async (socket) => {
      const payload = door.say('look at the answer');
      socket.write(text(payload));
      await door.returned(socket, payload);
      await expectOpen(socket);
      for (const { isMasked, isFinal, reserved } of socket.frames) {
        expect({ isMasked, isFinal, reserved }).toEqual({ isMasked: false, isFinal: true, reserved: 0 });
      }
    }));
});

describe.each(doors)('2 pings and pongs, on $name', (door) => {
  it.each([
    ['2.1 without payload', ''],
    ['2.2 with a text', 'Hello, world!'],
    ['2.3 with binary bytes', Buffer.from('00fffefdfcfb00ff', 'hex')],
    ['2.4 with 125 bytes', Buffer.alloc(125, 0xfe)],
  ])('%s, a ping gets a pong with the same payload', (_name, payload) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.ping, payload }));
      const pong = await socket.first('a pong', isPong);
      expect(pong.payload).toEqual(Buffer.from(payload as string));
      await expectOpen(socket);
    }),
  );

  it('2.5 a ping of 126 bytes is answered with 1002, because a control frame has at most 125', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.ping, payload: Buffer.alloc(126, 0xfe) }));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it('2.6 a ping that arrives byte by byte gets its pong', () =>
    withSocket(door, async (socket) => {
      await socket.trickle(frame({ opcode: OPCODE.ping, payload: Buffer.alloc(125, 0xfe) }));
      expect((await socket.first('a pong', isPong)).payload).toHaveLength(125);
    }));

  it.each([
    ['2.7 without payload', ''],
    ['2.8 with a payload', 'unasked'],
  ])('%s, an unsolicited pong is ignored', (_name, payload) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.pong, payload }));
      await expectOpen(socket);
      expect(socket.frames.filter(isPong)).toHaveLength(1);
    }),
  );

  it('2.9 a ping after an unsolicited pong gets its own pong', () =>
    withSocket(door, async (socket) => {
      socket.write(
        Buffer.concat([
          frame({ opcode: OPCODE.pong, payload: 'unasked' }),
          frame({ opcode: OPCODE.ping, payload: 'asked' }),
        ]),
      );
      expect((await socket.first('a pong', isPong)).payload.toString()).toBe('asked');
    }));

  const tenPings = () =>
    Buffer.concat(Array.from({ length: 10 }, (_, i) => frame({ opcode: OPCODE.ping, payload: `ping ${i}` })));
  it.each([
    ['2.10 at once', (socket: RawSocket, bytes: Buffer) => socket.write(bytes)],
    ['2.11 byte by byte', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes)],
  ])('%s, ten pings get ten pongs in order', (_name, write) =>
    withSocket(door, async (socket) => {
      await write(socket, tenPings());
      await expectOpen(socket);
      const pongs = socket.frames.filter(isPong).map(({ payload }) => payload.toString());
      expect(pongs.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, i) => `ping ${i}`));
    }),
  );
});

describe.each(doors)('3 reserved bits, on $name', (door) => {
  it.each([
    ['3.1', 1, OPCODE.text],
    ['3.2', 2, OPCODE.text],
    ['3.3', 3, OPCODE.text],
    ['3.4', 4, OPCODE.text],
    ['3.5', 5, OPCODE.binary],
    ['3.6', 6, OPCODE.ping],
    ['3.7', 7, OPCODE.close],
  ])(
    '%s reserved bits %i on opcode %i are answered with 1002, after the message before them is stored',
    (_id, reserved, opcode) =>
      withSocket(door, async (socket) => {
        const before = door.say(`before the bits ${reserved}`);
        socket.write(Buffer.concat([text(before), frame({ opcode, reserved, payload: 'x' })]));
        expect(await socket.closeCode()).toBe(1002);
        await expectStored(ann, room, `before the bits ${reserved}`);
      }),
  );
});

describe.each(doors)('4 opcodes, on $name', (door) => {
  it.each([
    ['4.1.1', 3],
    ['4.1.2', 4],
    ['4.1.3', 5],
    ['4.1.4', 6],
    ['4.1.5', 7],
    ['4.2.1', 11],
    ['4.2.2', 12],
    ['4.2.3', 13],
    ['4.2.4', 14],
    ['4.2.5', 15],
  ])('%s the reserved opcode %i is answered with 1002, with and without payload', async (_id, opcode) => {
    for (const payload of ['', 'reserved opcode payload']) {
      await withSocket(door, async (socket) => {
        socket.write(frame({ opcode, payload }));
        socket.write(text(door.say('never seen')));
        expect(await socket.closeCode()).toBe(1002);
      });
    }
  });
});

/** RFC 6455 on both sockets, chapters 5 and 6: fragments, and UTF-8 in them. The numbers are those of the Autobahn suite. */

import { FRAME_MAX_BYTES } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { frame, OPCODE, type RawSocket } from '../harness/raw-socket.ts';
import { doorsOf, expectOpen, expectStored, isPong, refused, text, withSocket } from './doors.ts';
import { INVALID_UTF8, VALID_UTF8 } from './utf8.ts';

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

describe.each(doors)('5 fragments, on $name', (door) => {
  it.each([
    ['5.1 ping', OPCODE.ping],
    ['5.2 pong', OPCODE.pong],
    ['5.2.1 close', OPCODE.close],
  ])('%s: a fragmented control frame is answered with 1002', (_name, opcode) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode, isFinal: false, payload: 'fr' }));
      expect(await socket.closeCode()).toBe(1002);
    }),
  );

  it.each([
    ['5.3 in one packet', (socket: RawSocket, bytes: Buffer) => socket.write(bytes)],
    ['5.4 in pieces of 7 bytes', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes, 7)],
    ['5.5 byte by byte', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes)],
  ])('%s, two fragments make one message', (_name, write) =>
    withSocket(door, async (socket) => {
      const payload = door.say('fragment one, fragment two');
      await write(socket, fragments(payload, 2));
      await door.returned(socket, payload);
    }),
  );

  it.each([
    ['5.6 in one packet', (socket: RawSocket, bytes: Buffer) => socket.write(bytes)],
    ['5.7 in pieces of 7 bytes', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes, 7)],
    ['5.8 byte by byte', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes)],
  ])('%s, a ping between two fragments is answered, and the message is complete', (_name, write) =>
    withSocket(door, async (socket) => {
      const payload = door.say('before the ping, after it');
      await write(socket, fragments(payload, 2, frame({ opcode: OPCODE.ping, payload: 'between' })));
      expect((await socket.first('a pong', isPong)).payload.toString()).toBe('between');
      await door.returned(socket, payload);
    }),
  );

  const go = { opcode: OPCODE.continuation, payload: 'no beginning' };
  it.each([
    ['5.9 the last fragment', [frame(go), text('x')]],
    ['5.10 the last fragment, then nothing', [frame(go)]],
    ['5.12 a middle fragment', [frame({ ...go, isFinal: false }), text('x')]],
    ['5.13 a middle fragment, then nothing', [frame({ ...go, isFinal: false })]],
    [
      '5.16 a middle fragment before a beginning',
      [frame({ ...go, isFinal: false }), fragments(Buffer.from('xy'), 2)],
    ],
    ['5.17 the last fragment before a beginning', [frame(go), fragments(Buffer.from('xy'), 2)]],
  ])('%s without a first fragment is answered with 1002', (_name, frames) =>
    withSocket(door, async (socket) => {
      socket.write(Buffer.concat(frames));
      expect(await socket.closeCode()).toBe(1002);
    }),
  );

  it.each([
    ['5.11', true],
    ['5.14', false],
  ])(
    '%s a continuation without a first fragment (final: %s), byte by byte, is answered with 1002',
    (_id, isFinal) =>
      withSocket(door, async (socket) => {
        await socket.trickle(frame({ ...go, isFinal }));
        expect(await socket.closeCode()).toBe(1002);
      }),
  );

  it('5.15 a continuation after a complete message is answered with 1002, and the message is stored', () =>
    withSocket(door, async (socket) => {
      socket.write(Buffer.concat([fragments(door.say('5.15 whole'), 2), frame(go)]));
      expect(await socket.closeCode()).toBe(1002);
      await expectStored(ann, room, '5.15 whole');
    }));

  it('5.18 a second first fragment within a message is answered with 1002', () =>
    withSocket(door, async (socket) => {
      const begin = frame({ opcode: OPCODE.text, isFinal: false, payload: 'begun' });
      socket.write(Buffer.concat([begin, text(door.say('again'))]));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it.each([
    ['5.19 with waits between them', true],
    ['5.20 in one packet', false],
  ])(
    '%s, five fragments with pings between them make one message, and each ping gets a pong',
    (_name, waits) =>
      withSocket(door, async (socket) => {
        const payload = door.say(`five fragments, ${waits ? 'slowly' : 'at once'}, make one message`);
        const ping = (name: string) => frame({ opcode: OPCODE.ping, payload: name });
        const pieces = slices(payload, 5).map((piece, i, all) =>
          Buffer.concat([
            frame({
              opcode: i === 0 ? OPCODE.text : OPCODE.continuation,
              isFinal: i === all.length - 1,
              payload: piece,
            }),
            ping(`ping ${i}`),
          ]),
        );
        if (!waits) socket.write(Buffer.concat(pieces));
        for (const [i, piece] of waits ? pieces.entries() : []) {
          socket.write(piece);
          await socket.first(`pong ${i}`, (one) => isPong(one) && one.payload.toString() === `ping ${i}`);
        }
        await door.returned(socket, payload);
        await expectOpen(socket);
        expect(socket.frames.filter(isPong)).toHaveLength(6);
      }),
  );

  it('5.21 empty fragments are allowed before, between and after others', () =>
    withSocket(door, async (socket) => {
      const payload = door.say('with nothing around it');
      const empty = { payload: '', isFinal: false };
      socket.write(
        Buffer.concat([
          frame({ ...empty, opcode: OPCODE.text }),
          frame({ ...empty, opcode: OPCODE.continuation }),
          frame({ opcode: OPCODE.continuation, isFinal: false, payload }),
          frame({ opcode: OPCODE.continuation, payload: '' }),
        ]),
      );
      await door.returned(socket, payload);
    }));

  it('5.22 fragments that together exceed the maximum frame are answered with 1009', () =>
    withSocket(door, async (socket) => {
      const half = Buffer.alloc(FRAME_MAX_BYTES / 2 + 1, 0x61);
      socket.write(frame({ opcode: OPCODE.text, isFinal: false, payload: half }));
      socket.write(frame({ opcode: OPCODE.continuation, isFinal: false, payload: half }));
      expect(await socket.closeCode()).toBe(1009);
    }));
});

describe.each(doors)('5.23 endless fragments, on $name', (door) => {
  it('a million tiny fragments are answered with 1008 long before the last', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.text, isFinal: false, payload: 'x' }));
      const go = frame({ opcode: OPCODE.continuation, isFinal: false, payload: 'x' });
      socket.write(Buffer.alloc(go.length * 1_000_000, go));
      expect(await socket.closeCode()).toBe(1008);
    }));
});

describe.each(doors)('6 UTF-8, on $name', (door) => {
  it('6.1.1 a message of three empty fragments is an empty message', () =>
    withSocket(door, async (socket) => {
      socket.write(
        Buffer.concat([
          frame({ opcode: OPCODE.text, isFinal: false }),
          frame({ opcode: OPCODE.continuation, isFinal: false }),
          frame({ opcode: OPCODE.continuation }),
        ]),
      );
      await refused(socket);
    }));

  it.each(VALID_UTF8)(
    '%s comes back byte for byte: whole, on its boundaries, and each byte in a fragment',
    (_name, hex) =>
      withSocket(door, async (socket) => {
        const sample = Buffer.from(hex, 'hex');
        for (const [i, divide] of [(all: Buffer) => [all], byCharacter, byByte].entries()) {
          const payload = door.say(`${i} ${sample} .`);
          socket.write(fragmentsOf(divide(payload)));
          expect(Buffer.from(await door.returned(socket, payload)).toString('hex')).toContain(hex);
        }
      }),
  );

  it.each(INVALID_UTF8)(
    '%s is answered with 1007: whole, and each byte in a fragment',
    async (_name, hex) => {
      for (const divide of [(all: Buffer) => [all], byByte]) {
        await withSocket(door, async (socket) => {
          const [before = '', after = ''] = door.say('a|b').toString().split('|');
          const payload = Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)]);
          socket.write(fragmentsOf(divide(payload)));
          expect(await socket.closeCode()).toBe(1007);
        });
      }
    },
  );

  it.each([
    ['6.4.1 in the second of three fragments', 'cebacf8c', 'f4908080', '656469746564'],
    ['6.4.2 across two fragments', 'cebacf8cf4', '908080', '656469746564'],
    ['6.4.3 in a fragment that ends within a character', 'cebacf', '8cf4', '90656469746564'],
    ['6.4.4 in the last fragment', 'cebacf8c', '6162', 'f4908080'],
  ])(
    '%s, invalid UTF-8 is answered with 1007 at the end of the message at the latest, and delivered to nobody',
    (_name, ...parts) =>
      withSocket(door, async (socket) => {
        await socket.trickle(fragmentsOf(parts.map((hex) => Buffer.from(hex, 'hex'))));
        expect(await socket.closeCode()).toBe(1007);
      }),
  );
});

/** Makes one message of `count` fragments, with other bytes between the first two. */
function fragments(payload: Buffer, count: number, between: Buffer = Buffer.alloc(0)): Buffer {
  const [first = Buffer.alloc(0), ...rest] = slices(payload, count);
  return Buffer.concat([
    frame({ opcode: OPCODE.text, isFinal: false, payload: first }),
    between,
    ...rest.map((piece, i) =>
      frame({ opcode: OPCODE.continuation, isFinal: i === rest.length - 1, payload: piece }),
    ),
  ]);
}

/** Makes one message, with a fragment for each piece. */
function fragmentsOf(pieces: readonly Buffer[]): Buffer {
  return Buffer.concat(
    pieces.map((payload, i) =>
      frame({
        opcode: i === 0 ? OPCODE.text : OPCODE.continuation,
        isFinal: i === pieces.length - 1,
        payload,
      }),
    ),
  );
}

function slices(payload: Buffer, count: number): Buffer[] {
  const size = Math.ceil(payload.length / count);
  return Array.from({ length: count }, (_, i) => payload.subarray(i * size, (i + 1) * size));
}

function byCharacter(payload: Buffer): Buffer[] {
  return [...payload.toString()].map((character) => Buffer.from(character));
}

function byByte(payload: Buffer): Buffer[] {
  return Array.from(payload, (_, i) => payload.subarray(i, i + 1));
}

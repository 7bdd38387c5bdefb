/**
 * RFC 6455 on both sockets, in chapters 1 to 6 of our own suite: framing, pings, reserved bits, opcodes, fragments, UTF-8.
 * Chapters and families are numbered as in the Autobahn suite. Where that one wants an echo, a message of ours comes back.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { type Frame, frame, OPCODE, type RawSocket } from '../harness/raw-socket.ts';
import { type Door, doorsOf, event, expectOpen, text } from './doors.ts';
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

describe.each(doors)('1 framing, on $name', (door) => {
  it('1.1.1 an empty text frame is answered as invalid, and the socket stays', () =>
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
    '%s a text frame of %i bytes is read whole: longer than a message may be, but not than a frame',
    (_id, bytes) =>
      withSocket(door, async (socket) => {
        socket.write(text('*'.repeat(bytes)));
        await refused(socket);
      }),
  );

  it('1.1.9 a text frame of 32,000 bytes comes back whole though it arrives in pieces of 997', () =>
    withSocket(door, async (socket) => {
      const payload = door.say('\u{1F41F}'.repeat(7_900));
      await socket.trickle(text(payload), 997);
      await door.returned(socket, payload);
    }));

  it('1.1.10 one byte more than a frame may have ends with 1009, before the payload has come', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.text, claimedBytes: 65_537n }));
      expect(await socket.closeCode()).toBe(1009);
    }));

  it.each([
    ['1.1.11', 100n * 1024n * 1024n],
    ['1.1.12', 2n ** 32n],
    ['1.1.13', 2n ** 53n],
    ['1.1.14', 2n ** 63n],
  ])('%s a frame that claims %s bytes ends with 1009 at its header', (_id, claimedBytes) =>
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
  ])('%s a binary frame of %i bytes is answered as invalid, and the socket stays', (_id, bytes) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.binary, payload: Buffer.alloc(bytes, 0xfe) }));
      await refused(socket);
    }),
  );

  it('1.2.8 a binary frame of 65,536 bytes in pieces of 997 is answered as invalid, and the socket stays', () =>
    withSocket(door, async (socket) => {
      await socket.trickle(frame({ opcode: OPCODE.binary, payload: Buffer.alloc(65_536, 0xfe) }), 997);
      await refused(socket);
    }));

  it('1.3.1 a frame without a mask ends with 1002', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.text, payload: door.say('unmasked'), isMasked: false }));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it('1.3.2 what the server says is never masked, fragmented or marked by reserved bits', () =>
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
    ['2.3 with bytes that are no text', Buffer.from('00fffefdfcfb00ff', 'hex')],
    ['2.4 with 125 bytes', Buffer.alloc(125, 0xfe)],
  ])('%s, a ping has a pong that says the same', (_name, payload) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.ping, payload }));
      const pong = await socket.first('a pong', isPong);
      expect(pong.payload).toEqual(Buffer.from(payload as string));
      await expectOpen(socket);
    }),
  );

  it('2.5 a ping of 126 bytes ends with 1002: a control frame has at most 125', () =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.ping, payload: Buffer.alloc(126, 0xfe) }));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it('2.6 a ping that comes byte by byte has its pong', () =>
    withSocket(door, async (socket) => {
      await socket.trickle(frame({ opcode: OPCODE.ping, payload: Buffer.alloc(125, 0xfe) }));
      expect((await socket.first('a pong', isPong)).payload).toHaveLength(125);
    }));

  it.each([
    ['2.7 without payload', ''],
    ['2.8 with a payload', 'unasked'],
  ])('%s, a pong that nobody asked for is passed over', (_name, payload) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode: OPCODE.pong, payload }));
      await expectOpen(socket);
      expect(socket.frames.filter(isPong)).toHaveLength(1);
    }),
  );

  it('2.9 a ping behind an unasked pong has its own pong', () =>
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
  ])('%s, ten pings have ten pongs in order', (_name, put) =>
    withSocket(door, async (socket) => {
      await put(socket, tenPings());
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
  ])('%s reserved bits %i on opcode %i end with 1002; what came before is served', (_id, reserved, opcode) =>
    withSocket(door, async (socket) => {
      const before = door.say(`before the bits ${reserved}`);
      socket.write(Buffer.concat([text(before), frame({ opcode, reserved, payload: 'x' })]));
      expect(await socket.closeCode()).toBe(1002);
      await stored(`before the bits ${reserved}`);
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
  ])('%s the reserved opcode %i ends with 1002, with and without payload', async (_id, opcode) => {
    for (const payload of ['', 'reserved opcode payload']) {
      await withSocket(door, async (socket) => {
        socket.write(frame({ opcode, payload }));
        socket.write(text(door.say('never seen')));
        expect(await socket.closeCode()).toBe(1002);
      });
    }
  });
});

describe.each(doors)('5 fragments, on $name', (door) => {
  it.each([
    ['5.1 ping', OPCODE.ping],
    ['5.2 pong', OPCODE.pong],
    ['5.2.1 close', OPCODE.close],
  ])('%s: a control frame in fragments ends with 1002', (_name, opcode) =>
    withSocket(door, async (socket) => {
      socket.write(frame({ opcode, isFinal: false, payload: 'fr' }));
      expect(await socket.closeCode()).toBe(1002);
    }),
  );

  it.each([
    ['5.3 in one packet', (socket: RawSocket, bytes: Buffer) => socket.write(bytes)],
    ['5.4 in pieces of 7 bytes', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes, 7)],
    ['5.5 byte by byte', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes)],
  ])('%s, two fragments are one message', (_name, put) =>
    withSocket(door, async (socket) => {
      const payload = door.say('fragment one, fragment two');
      await put(socket, fragments(payload, 2));
      await door.returned(socket, payload);
    }),
  );

  it.each([
    ['5.6 in one packet', (socket: RawSocket, bytes: Buffer) => socket.write(bytes)],
    ['5.7 in pieces of 7 bytes', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes, 7)],
    ['5.8 byte by byte', (socket: RawSocket, bytes: Buffer) => socket.trickle(bytes)],
  ])('%s, a ping between two fragments is answered, and the message is whole', (_name, put) =>
    withSocket(door, async (socket) => {
      const payload = door.say('before the ping, after it');
      await put(socket, fragments(payload, 2, frame({ opcode: OPCODE.ping, payload: 'between' })));
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
  ])('%s without a beginning ends with 1002', (_name, frames) =>
    withSocket(door, async (socket) => {
      socket.write(Buffer.concat(frames));
      expect(await socket.closeCode()).toBe(1002);
    }),
  );

  it.each([
    ['5.11', true],
    ['5.14', false],
  ])('%s a continuation without a beginning (final: %s), byte by byte, ends with 1002', (_id, isFinal) =>
    withSocket(door, async (socket) => {
      await socket.trickle(frame({ ...go, isFinal }));
      expect(await socket.closeCode()).toBe(1002);
    }),
  );

  it('5.15 a continuation behind a whole message ends with 1002, and the message is stored', () =>
    withSocket(door, async (socket) => {
      socket.write(Buffer.concat([fragments(door.say('5.15 whole'), 2), frame(go)]));
      expect(await socket.closeCode()).toBe(1002);
      await stored('5.15 whole');
    }));

  it('5.18 a second beginning within a message ends with 1002', () =>
    withSocket(door, async (socket) => {
      const begin = frame({ opcode: OPCODE.text, isFinal: false, payload: 'begun' });
      socket.write(Buffer.concat([begin, text(door.say('again'))]));
      expect(await socket.closeCode()).toBe(1002);
    }));

  it.each([
    ['5.19 with waits between them', true],
    ['5.20 in one packet', false],
  ])('%s, five fragments with pings among them are one message, and each ping has its pong', (_name, waits) =>
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

  it('5.21 empty fragments before, between and after are allowed', () =>
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

  it('5.22 fragments that together are longer than a frame may be end with 1009', () =>
    withSocket(door, async (socket) => {
      const half = Buffer.alloc(33_000, 0x61);
      socket.write(frame({ opcode: OPCODE.text, isFinal: false, payload: half }));
      socket.write(frame({ opcode: OPCODE.continuation, isFinal: false, payload: half }));
      expect(await socket.closeCode()).toBe(1009);
    }));
});

describe.each(doors)('5.23 fragments without end, on $name', (door) => {
  it('a million tiny fragments end with 1008 long before', () =>
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

  it.each(INVALID_UTF8)('%s ends with 1007: whole, and each byte in a fragment', async (_name, hex) => {
    for (const divide of [(all: Buffer) => [all], byByte]) {
      await withSocket(door, async (socket) => {
        const [before = '', after = ''] = door.say('a|b').toString().split('|');
        const payload = Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)]);
        socket.write(fragmentsOf(divide(payload)));
        expect(await socket.closeCode()).toBe(1007);
      });
    }
  });

  it.each([
    ['6.4.1 in the second of three fragments', 'cebacf8c', 'f4908080', '656469746564'],
    ['6.4.2 across two fragments', 'cebacf8cf4', '908080', '656469746564'],
    ['6.4.3 in a fragment that ends within a character', 'cebacf', '8cf4', '90656469746564'],
    ['6.4.4 in the last fragment', 'cebacf8c', '6162', 'f4908080'],
  ])(
    '%s, what is no UTF-8 ends with 1007 when the message ends at the latest, and is given to nobody',
    (_name, ...parts) =>
      withSocket(door, async (socket) => {
        await socket.trickle(fragmentsOf(parts.map((hex) => Buffer.from(hex, 'hex'))));
        expect(await socket.closeCode()).toBe(1007);
      }),
  );
});

async function withSocket(door: Door, use: (socket: RawSocket) => Promise<void>): Promise<void> {
  const socket = await door.open();
  await use(socket).finally(() => socket.destroy());
}

/** Waits until the socket was told `invalid`, and shows that it lives on. */
async function refused(socket: RawSocket): Promise<void> {
  const refusal = await event(socket, 'a refusal', ({ type }) => type === 'error');
  expect(refusal).toMatchObject({ code: 'invalid' });
  await expectOpen(socket);
}

/** Waits until the room holds this text. */
async function stored(content: string): Promise<void> {
  const other = await ann.connects([{ roomId: room.id, after: 0 }]);
  await ann.sees(content);
  other.ws.terminate();
}

function isPong({ opcode }: Frame): boolean {
  return opcode === OPCODE.pong;
}

/** One message in `count` fragments, with something between the first two. */
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

/** One message, a fragment for each piece. */
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

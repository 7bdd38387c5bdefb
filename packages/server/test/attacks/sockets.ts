/** Attacks over sockets: broken frames, floods, and rights that end while the attacker sends. */

import { setTimeout as delay } from 'node:timers/promises';
import { newId, type Person, person } from '../harness/people.ts';
import { frame, OPCODE, openRaw, type RawSocket } from '../harness/raw-socket.ts';
import { type Attack, type Target, unless } from './attack.ts';

const FLOOD_FRAMES = { short: 3_000, full: 300_000 } as const;
const FLOOD_WAIT_MS = { short: 100, full: 2_000 } as const;
const KICKS = { short: 2, full: 18 } as const;
/** Longer than a hello may take, the check for it, and the answer to the close. */
const SILENT_WAIT_MS = 9_000;
const SILENT_SOCKETS = { short: 100, full: 1_000 } as const;
const RACES = { short: 2, full: 20 } as const;
const STEP_MS = 20;
/** The bytes of one write of a flood. */
const CHUNK_BYTES = 64 * 1024;
const text = (payload: string | Buffer) => frame({ opcode: OPCODE.text, payload });

/** Frames that break RFC 6455, or cost more than they look. Each must end its socket or be answered with an error. */
const FRAMES: Record<string, () => Buffer> = {
  'an unmasked frame': () => frame({ opcode: OPCODE.text, payload: '{}', isMasked: false }),
  'a reserved bit': () => frame({ opcode: OPCODE.text, payload: '{}', reserved: 4 }),
  'a reserved opcode': () => frame({ opcode: 3, payload: 'x' }),
  'a reserved control opcode': () => frame({ opcode: 11 }),
  'a long ping': () => frame({ opcode: OPCODE.ping, payload: 'x'.repeat(126) }),
  'a fragmented ping': () => frame({ opcode: OPCODE.ping, isFinal: false }),
  'a lone continuation': () => frame({ opcode: OPCODE.continuation, payload: 'x' }),
  'two first fragments': () =>
    Buffer.concat([
      frame({ opcode: OPCODE.text, payload: 'a', isFinal: false }),
      frame({ opcode: OPCODE.text, payload: 'b' }),
    ]),
  'a claim of 2^63 bytes': () => frame({ opcode: OPCODE.text, claimedBytes: 2n ** 63n }),
  'a claim of 1 GiB': () => frame({ opcode: OPCODE.text, claimedBytes: 2n ** 30n }),
  'a close of one byte': () => frame({ opcode: OPCODE.close, payload: 'x' }),
  'a close with a forbidden code': () => frame({ opcode: OPCODE.close, payload: Buffer.from([3, 237]) }),
  'text that is not UTF-8': () => text(Buffer.from([0xc3, 0x28])),
  'a binary message': () => frame({ opcode: OPCODE.binary, payload: 'x' }),
  'a million tiny fragments': () => {
    const first = frame({ opcode: OPCODE.text, isFinal: false });
    const next = frame({ opcode: OPCODE.continuation, isFinal: false });
    return Buffer.concat([first, Buffer.alloc(next.length * 20_000, next)]);
  },
  'a deep array': () => text('['.repeat(30_000)),
  'an empty message': () => text(''),
  null: () => text('null'),
  'an unknown command': () => text('{"op":"become-root"}'),
};

const brokenFrames: Attack = {
  name: 'frames that break RFC 6455 or cost more than they look',
  proves: '[A1] a broken or costly frame ends its own socket and harms no other',
  bound: '`FRAME_MAX_BYTES`, fragments, strikes',
  async run(target) {
    const { token } = await person(target, target.nextName('breaker'));
    const survived: string[] = [];
    for (const [name, bytes] of Object.entries(FRAMES)) {
      const socket = await greeted(target, token);
      const before = socket.frames.length;
      socket.write(bytes());
      const isAnswered = await settles(() => socket.isEnded || socket.frames.length > before);
      if (!isAnswered) survived.push(name);
      socket.destroy();
    }
    const count = Object.keys(FRAMES).length;
    return {
      outcome: `${count - survived.length} of ${count} answered or closed`,
      broken: unless({ [`each is answered or closed: ${survived}`]: survived.length === 0 }),
    };
  },
};

const floods: Attack = {
  name: 'a flood of pings, pongs, invalid frames, typing and messages above the rate',
  proves: '[L2] floods over sockets are cut or refused, and delay nobody',
  bound: '`RATE_SEND`, strikes, a bounded number of commands',
  async run(target) {
    const attacker = await person(target, target.nextName('flooder'));
    const room = await attacker.opens(target.nextName('flood'));
    const kinds: [string, Buffer][] = [
      ['pings', frame({ opcode: OPCODE.ping, payload: 'x' })],
      ['pongs', frame({ opcode: OPCODE.pong })],
      ['empty frames', text('')],
      ['invalid frames', text('x')],
      ['messages', text(JSON.stringify({ op: 'send', id: newId(), roomId: room.id, content: 'flood' }))],
      ['typing', text(JSON.stringify({ op: 'typing', roomId: room.id }))],
    ];
    const ended: string[] = [];
    for (const [name, bytes] of kinds) {
      const socket = await greeted(target, attacker.token);
      await pour(socket, bytes, FLOOD_FRAMES[target.size]);
      if (await settles(() => socket.isEnded, FLOOD_WAIT_MS[target.size])) ended.push(name);
      socket.destroy();
    }
    return { outcome: `closed for ${ended.join(', ') || 'none'}`, broken: [] };
  },
};

const silentSockets: Attack = {
  name: '1,000 sockets that say nothing after the upgrade',
  proves: '[A1] sockets without hello are closed and counted for their address',
  bound: '`HELLO_TIMEOUT_MS`, sockets of an address',
  async run(target) {
    const attempts = await Promise.all(
      Array.from({ length: SILENT_SOCKETS[target.size] }, () =>
        openRaw(target, '/v1/socket', PROTOCOL).catch(() => null),
      ),
    );
    const opened = attempts.filter((socket): socket is RawSocket => socket !== null);
    if (target.size === 'full') await delay(SILENT_WAIT_MS);
    const closed = opened.filter(({ isEnded }) => isEnded).length;
    for (const socket of opened) socket.destroy();
    return {
      outcome: `${attempts.length - opened.length} refused, ${closed} of ${opened.length} closed`,
      broken: unless({ 'all are closed': target.size === 'short' || closed === opened.length }),
    };
  },
};

const kickedWhileSending: Attack = {
  name: 'a member who floods a room while being kicked',
  proves: '[A3] nothing of a member is stored or shown after the kick',
  bound: 'the kick is a fence in the room',
  async run(target) {
    const owner = await person(target, target.nextName('keeper'));
    const attacker = await person(target, target.nextName('pusher'));
    const late: number[] = [];
    for (let i = 0; i < KICKS[target.size]; i++) late.push(await kickOnce(target, owner, attacker));
    const after = late.reduce((sum, count) => sum + count, 0);
    return {
      outcome: `${after} messages after ${late.length} kicks`,
      broken: unless({ 'no message follows a kick': after === 0 }),
    };
  },
};

const lastOwners: Attack = {
  name: 'two owners who leave a room at once',
  proves: '[C1] a room with members keeps an owner, whoever leaves at once',
  bound: "decided under the room's lock",
  async run(target) {
    let orphaned = 0;
    for (let i = 0; i < RACES[target.size]; i++) {
      const [a, b, c] = await Promise.all([
        person(target, target.nextName('founder')),
        person(target, target.nextName('founder')),
        person(target, target.nextName('member')),
      ]);
      const room = await a.opens(target.nextName('race'));
      await Promise.all([b.joins(room), c.joins(room)]);
      await a.asks('PUT', `/v1/rooms/${room.id}/members/${b.user.id}`, { role: 'owner' });
      const leave = (who: Person) => who.asks('POST', `/v1/rooms/${room.id}/leave`);
      await Promise.all([leave(a), leave(b)]);
      const { body } = await c.asks('GET', `/v1/rooms/${room.id}/members`);
      if (!JSON.stringify(body).includes('"owner"')) orphaned++;
    }
    return {
      outcome: `${orphaned} rooms without an owner`,
      broken: unless({ 'none is without': orphaned === 0 }),
    };
  },
};

/** All of them. */
export const SOCKETS: readonly Attack[] = [
  brokenFrames,
  floods,
  silentSockets,
  kickedWhileSending,
  lastOwners,
];

const PROTOCOL = { 'Sec-WebSocket-Protocol': 'banter.v1' };

/** Opens a raw socket and says hello on it. */
async function greeted(target: Target, token: string): Promise<RawSocket> {
  const socket = await openRaw(target, '/v1/socket', PROTOCOL);
  socket.write(text(JSON.stringify({ op: 'hello', token })));
  await socket.first('welcome', ({ payload }) => payload.includes('welcome'));
  return socket;
}

/** Writes a frame many times, as fast as the server reads. */
async function pour({ tcp }: RawSocket, bytes: Buffer, count: number): Promise<void> {
  const many = Math.max(1, Math.floor(CHUNK_BYTES / bytes.length));
  const chunk = Buffer.alloc(bytes.length * many, bytes);
  for (let sent = 0; sent < count && tcp.writable; sent += many) {
    if (!tcp.write(chunk))
      await Promise.race([new Promise((resolve) => tcp.once('drain', resolve)), delay(500)]);
  }
}

/** Waits for a condition. @returns whether it came true in time. */
async function settles(isSo: () => boolean, longestMs = 2_000): Promise<boolean> {
  for (let waited = 0; waited < longestMs && !isSo(); waited += STEP_MS) await delay(STEP_MS);
  return isSo();
}

/** Kicks the attacker in the middle of a flood. @returns the number of messages stored after the kick. */
async function kickOnce(target: Target, owner: Person, attacker: Person): Promise<number> {
  const room = await owner.opens(target.nextName('kick'));
  await attacker.joins(room);
  const socket = await attacker.connects([{ roomId: room.id }]);
  for (let i = 0; i < 200; i++) {
    socket.send({ op: 'send', id: newId(), roomId: room.id, content: `push ${i}` });
    if (i === 100) await owner.kicks(room, attacker);
  }
  await settles(() => socket.log(room.id).some(({ type }) => type === 'kick'));
  socket.ws.terminate();
  const kick = socket.log(room.id).find(({ type }) => type === 'kick')?.seq ?? 0;
  const { messages } = await owner.reads(room, `?after=${kick}&limit=200`);
  return messages.length + socket.log(room.id).filter(({ seq }) => seq > kick).length;
}

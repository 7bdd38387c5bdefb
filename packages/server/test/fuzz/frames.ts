/** Generates frames for an open socket, and upgrade requests: nearly valid ones and nonsense. */

import { FRAME_MAX_BYTES } from '@banter/protocol';
import { frame, OPCODE, upgradeRequest } from '../harness/raw-socket.ts';
import type { Chance } from '../harness/seed.ts';
import { commandText } from './commands.ts';

const OPCODES = [0, 0, 1, 1, 1, 1, 2, 3, 7, 8, 8, 9, 9, 10, 10, 11, 15] as const;
const LARGEST = BigInt(FRAME_MAX_BYTES);
const CLAIMS = [
  0n,
  1n,
  125n,
  126n,
  65_535n,
  65_536n,
  LARGEST,
  LARGEST + 1n,
  2n ** 31n,
  2n ** 53n,
  2n ** 63n,
] as const;

/** Returns the bytes that a client sends once its socket is open. */
export function frameBytes(chance: Chance, roomIds: readonly number[]): Buffer {
  if (chance.whole(1, 300) === 1) return tinyFragments(chance);
  const parts: Buffer[] = [];
  for (let count = chance.whole(1, 6); count > 0; count--) {
    parts.push(chance.whole(0, 9) === 0 ? noise(chance, 40) : anyFrame(chance, roomIds));
  }
  const bytes = Buffer.concat(parts);
  return chance.whole(0, 9) === 0 ? bytes.subarray(0, chance.whole(0, bytes.length)) : bytes;
}

/** Returns the bytes that a client sends instead of a valid upgrade request. */
export function upgradeBytes(chance: Chance): Buffer {
  const path = chance.pick(PATHS);
  const headers = Object.fromEntries(
    Array.from({ length: chance.whole(0, 3) }, () => [chance.pick(NAMES), chance.pick(VALUES)]),
  );
  const lines = upgradeRequest(path, headers).split('\r\n');
  if (chance.whole(0, 3) === 0) lines.splice(chance.whole(0, lines.length - 3), 1);
  if (chance.whole(0, 5) === 0)
    lines.splice(1, 0, ...new Array(chance.pick([3, 150, 2_500])).fill('X-More: 1'));
  if (chance.whole(0, 5) === 0) lines[0] = `${chance.pick(METHODS)} ${path} ${chance.pick(VERSIONS)}`;
  const text = lines.join(chance.whole(0, 9) === 0 ? '\n' : '\r\n');
  const bytes = Buffer.from(text, 'latin1');
  if (chance.whole(0, 5) > 0) return bytes;
  const at = chance.whole(0, bytes.length);
  return Buffer.concat([bytes.subarray(0, at), noise(chance, 20), bytes.subarray(at + chance.whole(0, 5))]);
}

const PATHS = [
  '/v1/socket',
  '/v1/socket?token=x&ticket=',
  '/v1/rooms/1/ws',
  '/v1/rooms/2/ws?after=-1',
  '/v1/rooms/2/ws?after=9007199254740993&ticket=%00',
  '/v1/rooms/99999999999999999999/ws',
  '/v1/rooms/%31/ws',
  '/v1/rooms/1/ws?ticket=%ff%fe',
  '//',
  '/',
  '*',
  '/%',
  '/%00',
  'http://[',
  'http://elsewhere.example/v1/socket',
  '/v1/socket#fragment',
  `/v1/socket?${'x'.repeat(9_000)}`,
  `/v1/${'../'.repeat(500)}`,
] as const;
const METHODS = ['POST', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'PRI', ''] as const;
const VERSIONS = ['HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/9', 'http/1.1', ''] as const;
const NAMES = [
  'Origin',
  'Host',
  'Upgrade',
  'Connection',
  'Sec-WebSocket-Key',
  'Sec-WebSocket-Version',
  'Sec-WebSocket-Protocol',
  'Sec-WebSocket-Extensions',
  'Authorization',
  'X-Forwarded-For',
  'X-Request-Id',
  'Transfer-Encoding',
  'Content-Length',
  'Expect',
  'Cookie',
] as const;
const VALUES = [
  '',
  'null',
  'websocket',
  'websocket, h2c',
  'h2c',
  'keep-alive, Upgrade',
  'close',
  '13',
  '-1',
  '99999999999999999999',
  'banter.v1',
  'banter.v1, banter.v1',
  `${'a,'.repeat(2_000)}`,
  'permessage-deflate; client_max_window_bits=99',
  'permessage-deflate; server_no_context_takeover; =',
  'Bearer ',
  'Bearer a.b.c',
  'Bearer ../..',
  '::ffff:127.0.0.1, ::1, x',
  'chunked',
  '100-continue',
  '\u00ff\u0080',
  'https://evil.example',
  'x'.repeat(20_000),
] as const;

function anyFrame(chance: Chance, roomIds: readonly number[]): Buffer {
  const opcode = chance.pick(OPCODES);
  const isOdd = (oneIn: number) => chance.whole(1, oneIn) === 1;
  return frame({
    opcode,
    payload: payloadFor(opcode, chance, roomIds),
    isFinal: !isOdd(6),
    reserved: isOdd(15) ? chance.whole(1, 7) : 0,
    isMasked: !isOdd(25),
    ...(isOdd(15) ? { claimedBytes: chance.pick(CLAIMS), lengthBits: 64 as const } : {}),
  });
}

function payloadFor(opcode: number, chance: Chance, roomIds: readonly number[]): Buffer {
  const kind = chance.whole(0, 9);
  if (kind === 0) return noise(chance, 130);
  if (kind === 1 && chance.whole(0, 20) === 0)
    return Buffer.alloc(chance.whole(4_000, FRAME_MAX_BYTES + 500), 0x20);
  if (opcode === OPCODE.close) {
    const payload = Buffer.concat([Buffer.alloc(2), noise(chance, 20)]);
    payload.writeUInt16BE(chance.pick([0, 1000, 1001, 1005, 1006, 1009, 2999, 3000, 4100, 5000, 65_535]));
    return payload;
  }
  const text = Buffer.from(commandText(chance, roomIds));
  if (opcode >= OPCODE.close) return text.subarray(0, chance.whole(0, 130));
  return kind === 2 ? Buffer.concat([text, noise(chance, 4)]) : text;
}

function noise(chance: Chance, maxBytes: number): Buffer {
  return Buffer.from(Array.from({ length: chance.whole(0, maxBytes) }, () => chance.whole(0, 255)));
}

function tinyFragments(chance: Chance): Buffer {
  const begin = frame({ opcode: OPCODE.text, isFinal: false, payload: 'x' });
  const go = frame({ opcode: OPCODE.continuation, isFinal: false, payload: chance.pick(['', 'x']) });
  return Buffer.concat([begin, ...new Array<Buffer>(chance.whole(200, 3_000)).fill(go)]);
}

/** A WebSocket client that is a TCP socket and a few bytes: it can say what no library lets one say. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Host } from './http.ts';

/** What a frame holds (RFC 6455 5.2), for what a test wants to get wrong; the rest is as it should be. */
export type FrameParts = {
  opcode: number;
  payload?: Buffer | string;
  isFinal?: boolean;
  /** The three reserved bits as a number from 0 to 7. */
  reserved?: number;
  isMasked?: boolean;
  /** The length that the header claims; the payload's own by default. */
  claimedBytes?: bigint;
  /** Bits of the length field; the smallest that fits by default. */
  lengthBits?: 7 | 16 | 64;
};

export type Frame = {
  opcode: number;
  isFinal: boolean;
  reserved: number;
  isMasked: boolean;
  payload: Buffer;
};

export type RawSocket = {
  readonly tcp: Socket;
  /** Every frame that came. */
  readonly frames: readonly Frame[];
  /** Whether the server has ended its side or cut the line. */
  readonly isEnded: boolean;
  /** Writes bytes as they stand. */
  write(bytes: Buffer): void;
  /** Writes bytes one by one, each in a packet of its own as far as the system lets us. */
  trickle(bytes: Buffer, stepBytes?: number): Promise<void>;
  /** The first frame, past or to come, that `fits`. @throws Error naming `what` when the line ends or time is up. */
  first(what: string, fits: (frame: Frame) => boolean): Promise<Frame>;
  /** The code of the server's close frame, 1005 for one without; 1006 when the line ended without one. */
  closeCode(): Promise<number>;
  /** Waits until the server has ended the line. */
  ended(): Promise<void>;
  destroy(): void;
};

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const TIMEOUT_MS = 15_000;
const NO_CODE = 1005;
const CUT = 1006;

/** A frame's bytes. */
export function frame({
  opcode,
  payload = '',
  isFinal = true,
  reserved = 0,
  isMasked = true,
  claimedBytes,
  lengthBits,
}: FrameParts): Buffer {
  const body = Buffer.from(payload as string);
  const length = claimedBytes ?? BigInt(body.length);
  const bits = lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const head = Buffer.alloc(bits === 7 ? 2 : bits === 16 ? 4 : 10);
  head[0] = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (isMasked ? 0x80 : 0) | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127);
  if (bits === 16) head.writeUInt16BE(Number(length), 2);
  if (bits === 64) head.writeBigUInt64BE(BigInt.asUintN(64, length), 2);
  if (!isMasked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, body.map((byte, i) => byte ^ (mask[i % 4] ?? 0))]);
}

/** A close frame with a code and a reason. */
export function closeFrame(code: number, reason: Buffer | string = ''): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return frame({ opcode: OPCODE.close, payload: Buffer.concat([head, Buffer.from(reason as string)]) });
}

/** The request that asks for a WebSocket (RFC 6455 4.1), with further header lines. */
export function upgradeRequest(path: string, headers: Record<string, string> = {}): string {
  const lines = Object.entries({
    Host: 'banter',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

/** A TCP connection to a server; its own side stays open when the server ends the other. */
export function openTcp({ url }: Host): Promise<Socket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true };
    const tcp = connect(options, () => resolve(tcp));
    tcp.once('error', reject);
    tcp.on('error', () => {});
  });
}

/**
 * Opens a WebSocket by hand. @param following bytes that go out behind the request, without waiting for its answer.
 * @throws Error with the answer when the upgrade is refused.
 */
export async function openRaw(
  host: Host,
  path: string,
  headers: Record<string, string> = {},
  following: Buffer = Buffer.alloc(0),
): Promise<RawSocket> {
  const tcp = await openTcp(host);
  tcp.write(Buffer.concat([Buffer.from(upgradeRequest(path, headers)), following]));
  const { head, rest } = await readHead(tcp);
  if (head.startsWith('HTTP/1.1 101 ')) return speak(tcp, rest);
  tcp.destroy();
  throw new Error(`the upgrade was refused: ${head}`);
}

/** The head of an HTTP answer, and what came after it. */
function readHead(tcp: Socket): Promise<{ head: string; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      tcp.off('data', onData).off('close', onClose);
      resolve({ head: bytes.toString('latin1', 0, end), rest: bytes.subarray(end + 4) });
    };
    const onClose = () => reject(new Error('the line ended before an answer'));
    tcp.on('data', onData).once('close', onClose);
  });
}

function speak(tcp: Socket, first: Buffer): RawSocket {
  const frames: Frame[] = [];
  const looks = new Set<() => void>();
  let unread = first;
  let isEnded = false;
  const look = () => {
    for (const each of [...looks]) each();
  };
  const take = (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (let found = parse(unread); found; found = parse(unread)) {
      frames.push(found.frame);
      unread = unread.subarray(found.bytes);
    }
    look();
  };
  const end = () => {
    isEnded = true;
    look();
  };
  tcp.on('data', take).on('end', end).on('close', end);
  take(Buffer.alloc(0));

  function wait<T>(what: string, ask: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const give = () => {
        const found = ask();
        if (found === undefined && !isEnded) return;
        clearTimeout(timer);
        looks.delete(give);
        if (found === undefined) reject(new Error(`${what}: the line ended; ${describe(frames)}`));
        else resolve(found);
      };
      const timer = setTimeout(() => {
        looks.delete(give);
        reject(new Error(`${what}: not in ${TIMEOUT_MS} ms; ${describe(frames)}`));
      }, TIMEOUT_MS);
      looks.add(give);
      give();
    });
  }

  return {
    tcp,
    frames,
    get isEnded() {
      return isEnded;
    },
    write: (bytes) => void tcp.write(bytes),
    async trickle(bytes, stepBytes = 1) {
      for (let at = 0; at < bytes.length; at += stepBytes) {
        tcp.write(bytes.subarray(at, at + stepBytes));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    first: (what, fits) => wait(what, () => frames.find(fits)),
    async closeCode() {
      const isClose = ({ opcode }: Frame) => opcode === OPCODE.close;
      const code = await wait('a close frame', () => {
        const close = frames.find(isClose);
        if (close) return close.payload.length >= 2 ? close.payload.readUInt16BE() : NO_CODE;
        return isEnded ? CUT : undefined;
      });
      return code;
    },
    ended: async () => void (await wait('the end of the line', () => isEnded || undefined)),
    destroy: () => void tcp.destroy(),
  };
}

/** The first frame of `bytes` and how long it is; null while it is not whole. */
function parse(bytes: Buffer): { frame: Frame; bytes: number } | null {
  if (bytes.length < 2) return null;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const headBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < headBytes) return null;
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  const end = headBytes + length;
  if (bytes.length < end) return null;
  return {
    frame: {
      opcode: first & 0x0f,
      isFinal: (first & 0x80) !== 0,
      reserved: (first >> 4) & 7,
      isMasked: (second & 0x80) !== 0,
      payload: bytes.subarray(headBytes, end),
    },
    bytes: end,
  };
}

function describe(frames: readonly Frame[]): string {
  const last = frames
    .slice(-3)
    .map(({ opcode, payload }) => `${opcode}: ${payload.toString().slice(0, 120)}`);
  return `the last frames: ${JSON.stringify(last)}`;
}

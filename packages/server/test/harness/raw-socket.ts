/** A WebSocket client on a bare TCP socket: it can send frames that no library would send. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Host } from './http.ts';
import { Waiters } from './waiters.ts';

/** The parts of a frame (RFC 6455 5.2). Whatever a test leaves out is correct. */
export type FrameParts = {
  opcode: number;
  payload?: Buffer | string;
  isFinal?: boolean;
  /** The three reserved bits as a number from 0 to 7. */
  reserved?: number;
  isMasked?: boolean;
  /** The length in the header; the payload's by default. */
  claimedBytes?: bigint;
  /** Bits of the length field; by default as few as the length needs. */
  lengthBits?: 7 | 16 | 64;
};

/** A received frame. */
export type Frame = {
  opcode: number;
  isFinal: boolean;
  reserved: number;
  isMasked: boolean;
  payload: Buffer;
};

/** Opcodes of frames (RFC 6455 5.2). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const TIMEOUT_MS = 15_000;
/** The code of a close frame without a code. */
const NO_CODE = 1005;
/** The code of a connection that ended without a close frame. */
const ABNORMAL = 1006;

/** An open WebSocket with every frame that it received. */
export class RawSocket {
  readonly tcp: Socket;
  readonly frames: Frame[] = [];
  readonly #waiters = new Waiters(() => describe(this.frames));
  #unread: Buffer;
  #isEnded = false;

  /** @param unread bytes that arrived with the answer to the upgrade. */
  constructor(tcp: Socket, unread: Buffer) {
    this.tcp = tcp;
    this.#unread = unread;
    const end = () => {
      this.#isEnded = true;
      this.#waiters.recheck();
    };
    tcp
      .on('data', (chunk: Buffer) => this.#receive(chunk))
      .on('end', end)
      .on('close', end);
    this.#receive(Buffer.alloc(0));
  }

  /** Whether the server has ended its side or cut the connection. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Writes bytes as they are. */
  write(bytes: Buffer): void {
    this.tcp.write(bytes);
  }

  /** Writes bytes in small steps, each in its own packet as far as the system allows. */
  async trickle(bytes: Buffer, stepBytes = 1): Promise<void> {
    for (let at = 0; at < bytes.length; at += stepBytes) {
      this.tcp.write(bytes.subarray(at, at + stepBytes));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Resolves with the first past or future frame that `matches`. @throws Error naming `what` when none arrives. */
  first(what: string, matches: (frame: Frame) => boolean): Promise<Frame> {
    return this.#wait(what, () => this.frames.find(matches));
  }

  /** Resolves with the code of the server's close frame: 1005 for one without a code, 1006 without a close frame. */
  closeCode(): Promise<number> {
    const isClose = ({ opcode }: Frame) => opcode === OPCODE.close;
    return this.#wait('a close frame', () => {
      const close = this.frames.find(isClose);
      if (close) return close.payload.length >= 2 ? close.payload.readUInt16BE() : NO_CODE;
      return this.#isEnded ? ABNORMAL : undefined;
    });
  }

  /** Waits until the server has ended the connection. */
  async ended(): Promise<void> {
    await this.#wait('the end of the connection', () => this.#isEnded || undefined);
  }

  /** Cuts the connection. */
  destroy(): void {
    this.tcp.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    for (let found = parse(this.#unread); found; found = parse(this.#unread)) {
      this.frames.push(found.frame);
      this.#unread = this.#unread.subarray(found.bytes);
    }
    this.#waiters.recheck();
  }

  #wait<T>(what: string, find: () => T | undefined): Promise<T> {
    const isHopeless = () => (this.#isEnded ? 'the connection ended' : null);
    return this.#waiters.wait({ what, find, isHopeless, timeoutMs: TIMEOUT_MS });
  }
}

/** Encodes a frame. */
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

/** Encodes a close frame with a code and a reason. */
export function closeFrame(code: number, reason: Buffer | string = ''): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return frame({ opcode: OPCODE.close, payload: Buffer.concat([head, Buffer.from(reason as string)]) });
}

/** Returns the request for a WebSocket (RFC 6455 4.1), with more header lines. */
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

/** Connects to a server over TCP. The client's side stays open when the server ends its own. */
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
 * Opens a WebSocket. @param following bytes that are sent right after the request, without waiting for its answer.
 * @throws Error with the answer when the upgrade is rejected.
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
  if (head.startsWith('HTTP/1.1 101 ')) return new RawSocket(tcp, rest);
  tcp.destroy();
  throw new Error(`the upgrade was rejected: ${head}`);
}

/** Returns the head of an HTTP answer, and the bytes after it. */
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
    const onClose = () => reject(new Error('the connection ended before an answer'));
    tcp.on('data', onData).once('close', onClose);
  });
}

/** Returns the first frame of `bytes` and its length; null while it is incomplete. */
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

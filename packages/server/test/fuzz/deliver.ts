/** Sends an input to the server and checks that it does no harm. */

import type { Socket } from 'node:net';
import { checkContent, decodeCommand, OPS } from '@banter/protocol';
import { text } from '../conformance/doors.ts';
import { openRaw, openTcp, type RawSocket, upgradeRequest } from '../harness/raw-socket.ts';
import { readAnswers } from './answers.ts';
import { TOKEN } from './commands.ts';
import { SPARE_TOKEN } from './requests.ts';
import type { Target } from './target.ts';

/** One task of the fuzzer, in a form that can be pasted into a test. */
export type Input =
  | { kind: 'decode'; text: string }
  | { kind: 'upgrade'; hex: string }
  | { kind: 'frames'; door: FramesDoor; hex: string }
  | { kind: 'commands'; texts: string[] }
  | { kind: 'requests'; bytes: string[]; isFramed: boolean };

/** The socket that gets the frames. `silent` sends no hello. */
export type FramesDoor = 'silent' | 'chat' | 'plain';

/** Returns the number of inputs in one task. */
export function sizeOf(input: Input): number {
  if (input.kind === 'commands') return input.texts.length;
  return input.kind === 'requests' ? input.bytes.length : 1;
}

/** Sends an input. @throws Error that describes the harm it did. */
export async function deliver(target: Target, input: Input): Promise<void> {
  if (input.kind === 'decode') return decode(input.text);
  if (input.kind === 'upgrade') return sendBytes(target, Buffer.from(input.hex, 'hex'));
  if (input.kind === 'frames') return sendFrames(target, input.door, Buffer.from(input.hex, 'hex'));
  if (input.kind === 'commands') return sendCommands(target, input.texts);
  return sendRequests(target, input.bytes, input.isFramed);
}

const PROBLEM_MAX_CHARS = 400;
const LINE_TIMEOUT_MS = 25_000;
const SENTINEL = 'the-sentinel';

/** Runs only the decoder, in this process. */
function decode(input: string): void {
  const decoded = decodeCommand(input);
  if (!decoded.ok) {
    if (decoded.problem.length > PROBLEM_MAX_CHARS)
      throw new Error(`the error message has ${decoded.problem.length} characters`);
    return;
  }
  const again = decodeCommand(JSON.stringify(decoded.command));
  if (!again.ok || !OPS.includes(decoded.command.op))
    throw new Error('the decoded command does not decode again');
  if (Object.getPrototypeOf(decoded.command) !== Object.prototype)
    throw new Error('the decoded command has a foreign prototype');
}

/** Sends bytes on a new connection and ends it. The server must close it too, and must not answer with a 5xx. */
async function sendBytes(target: Target, bytes: Buffer): Promise<void> {
  const tcp = await openTcp(target);
  const head = await untilClosed(tcp, bytes);
  const status = /^HTTP\/1\.1 (5\d\d)/.exec(head)?.[1];
  if (status) throw new Error(`answered with ${head}`);
}

function sendFrames(target: Target, door: FramesDoor, bytes: Buffer): Promise<void> {
  const { token } = target.offender;
  const known = Buffer.from(bytes.toString('latin1').replaceAll(TOKEN, token), 'latin1');
  if (door === 'plain') {
    const path = `/v1/rooms/${target.offenderRoomId}/ws`;
    const request = upgradeRequest(path, { Authorization: `Bearer ${token}` });
    return sendBytes(target, Buffer.concat([Buffer.from(request), known]));
  }
  const hello = door === 'chat' ? helloFrame(token, []) : Buffer.alloc(0);
  return sendBytes(target, Buffer.concat([Buffer.from(upgradeRequest('/v1/socket')), hello, known]));
}

/** Writes, ends, and waits until the server closes the connection. @returns the start of its response. */
function untilClosed(tcp: Socket, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let head = '';
    const timer = setTimeout(() => {
      tcp.destroy();
      reject(new Error('the server did not close the connection'));
    }, LINE_TIMEOUT_MS);
    tcp.on('data', (chunk: Buffer) => {
      if (head.length < 200) head += chunk.toString('latin1', 0, 200);
    });
    tcp.once('close', () => {
      clearTimeout(timer);
      resolve(head);
    });
    tcp.end(bytes);
  });
}

/** Sends commands in one packet after hello. Each must get its own answer, and the socket must stay open. */
async function sendCommands(target: Target, texts: readonly string[]): Promise<void> {
  const { token } = target.offender;
  const sent = texts.map((each) => each.replaceAll(TOKEN, token));
  const frames = [...sent, JSON.stringify({ op: 'unsubscribe', id: SENTINEL, roomId: 1 })].map(text);
  const rooms = texts.length % 5 === 0 ? [{ roomId: target.offenderRoomId }] : [];
  const socket = await openRaw(
    target,
    '/v1/socket',
    {},
    Buffer.concat([helloFrame(token, rooms), ...frames]),
  );
  try {
    await expectAnswers(target, socket, sent);
  } finally {
    socket.destroy();
  }
}

async function expectAnswers(target: Target, socket: RawSocket, sent: readonly string[]): Promise<void> {
  const decoded = sent.map((each) => decodeCommand(each));
  const ids = new Set([SENTINEL]);
  for (const one of decoded) {
    const id = one.ok ? ('id' in one.command ? one.command.id : undefined) : one.id;
    if (id !== undefined) ids.add(id);
  }
  const answers = await readAnswers(socket, ids);
  const nameless = decoded.filter((one) => !one.ok && one.id === undefined).length;
  if (answers.nameless < nameless)
    throw new Error(`expected ${nameless} errors without an id, received ${answers.nameless}`);
  for (const one of decoded) {
    if (!one.ok || one.command.op !== 'send' || one.command.roomId !== target.offenderRoomId) continue;
    const { id, content, replyTo } = one.command;
    const checked = checkContent(content);
    const answer = answers.byId.get(id);
    if (answer === 'ok' && checked.ok) target.acknowledged.set(id, checked.text);
    else if (answer === 'ok') throw new Error(`stored an invalid content: ${JSON.stringify(content)}`);
    else if (checked.ok && id.startsWith('fuzz-') && replyTo === undefined)
      throw new Error(`rejected a valid send with ${answer}: ${JSON.stringify(content)}`);
  }
}

function helloFrame(token: string, rooms: readonly { roomId: number }[]): Buffer {
  return text(JSON.stringify({ op: 'hello', token, rooms }));
}

/** Pipelines requests on a connection. If the server closes it after one, the rest use a new connection. */
async function sendRequests(target: Target, bytes: readonly string[], isFramed: boolean): Promise<void> {
  const known = bytes.map((each, i) =>
    Buffer.from(
      each
        .replaceAll(SPARE_TOKEN, target.spareTokens[i % target.spareTokens.length] ?? '')
        .replaceAll(TOKEN, target.caller.token),
      'latin1',
    ),
  );
  if (!isFramed) {
    for (const each of known) await sendBytes(target, each);
    return;
  }
  for (let at = 0; at < known.length; ) at += await askInTurn(target, known.slice(at), bytes.slice(at));
}

/** Returns the number of responses before the connection ended. */
async function askInTurn(
  target: Target,
  requests: readonly Buffer[],
  shown: readonly string[],
): Promise<number> {
  const tcp = await openTcp(target);
  const statuses = await new Promise<number[]>((resolve, reject) => {
    const reader = createStatusReader();
    const timer = setTimeout(
      () => reject(new Error(`no response to ${JSON.stringify(shown[reader.statuses.length])}`)),
      LINE_TIMEOUT_MS,
    );
    const end = () => {
      clearTimeout(timer);
      tcp.destroy();
      resolve(reader.statuses);
    };
    tcp.on('data', (chunk: Buffer) => {
      if (reader.read(chunk) || reader.statuses.length >= requests.length) end();
    });
    tcp.once('end', end).once('close', end);
    tcp.write(Buffer.concat(requests));
  });
  const failed = statuses.findIndex((status) => status >= 500);
  if (failed >= 0) throw new Error(`${statuses[failed]} for ${JSON.stringify(shown[failed])}`);
  if (statuses.length === 0) throw new Error(`no response at all to ${JSON.stringify(shown[0])}`);
  return statuses.length;
}

/** Reads pipelined HTTP responses. `read` returns true after a stream, which has no end, so no response can follow it. */
function createStatusReader(): { statuses: number[]; read(chunk: Buffer): boolean } {
  const statuses: number[] = [];
  let unread = Buffer.alloc(0);
  return {
    statuses,
    read(chunk) {
      unread = Buffer.concat([unread, chunk]);
      for (;;) {
        const headEnd = unread.indexOf('\r\n\r\n');
        if (headEnd < 0) return false;
        const head = unread.toString('latin1', 0, headEnd);
        const status = Number(head.slice(9, 12));
        if (/content-type: (text\/event-stream|application\/x-ndjson)/i.test(head)) {
          statuses.push(status);
          return true;
        }
        const bodyEnd = endOfBody(unread, headEnd + 4, head);
        if (bodyEnd === null) return false;
        if (status >= 200) statuses.push(status);
        unread = unread.subarray(bodyEnd);
      }
    },
  };
}

/** Returns the offset of the end of a response's body, or null while it is incomplete. */
function endOfBody(bytes: Buffer, start: number, head: string): number | null {
  if (/transfer-encoding: chunked/i.test(head)) {
    const end = bytes.indexOf('0\r\n\r\n', start);
    return end < 0 ? null : end + 5;
  }
  const end = start + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  return bytes.length < end ? null : end;
}

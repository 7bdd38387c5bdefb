/** `/v1/rooms/{id}/ws`: the plain socket of one room, for wscat, scripts and small clients. Text in, events out. */
import type { Duplex } from 'node:stream';
import { ChatError, withoutMark } from '@banter/protocol';
import type { RawData, WebSocket } from 'ws';
import { requirePermission } from '../chat/permissions.ts';
import { authenticate, ticketOf } from '../doors/admission.ts';
import { Following, type FollowRequest } from '../doors/following.ts';
import { scopeOf } from '../doors/peer.ts';
import { invalid, isWholeNumber, queryFields } from '../doors/query.ts';
import type { FrameRunner } from './command-turns.ts';
import { InvalidFrames, TEXT_FRAMES_ONLY } from './invalid-frames.ts';
import { WebSocketLink } from './link.ts';
import { SendWindow } from './send-window.ts';
import type { SocketContext, UpgradeRequest } from './types.ts';

/**
 * Authenticates a request for a plain socket, before the upgrade [A6].
 * @throws ChatError unauthenticated, forbidden, not_found, not_member, invalid, rate_limited.
 */
export async function admitPlain(
  { chat }: SocketContext,
  { request, url, peer }: UpgradeRequest,
  roomId: number,
): Promise<FollowRequest> {
  const after = parseAfter(queryOf(url));
  const { authorization } = request.headers;
  const credentials = { address: peer.address, authorization, ticket: ticketOf(url.searchParams) };
  const admission = await authenticate(chat, credentials, scopeOf(peer));
  requirePermission(admission.caller, 'read', roomId);
  await chat.memberships.require(admission.caller, roomId);
  return { ...admission, address: peer.address, roomId, after };
}

/** Serves an upgraded plain socket until it closes. Its own messages return as events, which confirm them. */
export function openPlain(
  context: SocketContext,
  ws: WebSocket,
  socket: Duplex,
  request: FollowRequest,
): void {
  const plain = new PlainSocket(context, ws, socket, request);
  // Its first messages wait until it follows the room: otherwise their events would not return to it.
  ws.pause();
  void plain.begin().then(() => ws.resume());
}

/** The largest pong: a head, a mask and 125 bytes (RFC 6455 5.5). */
const PONG_MAX_BYTES = 131;

/** A plain socket. */
class PlainSocket extends Following<WebSocketLink> implements FrameRunner {
  readonly #context: SocketContext;
  readonly #ws: WebSocket;
  readonly #request: FollowRequest;
  readonly #window: SendWindow;
  /** Null until an invalid frame arrives. */
  #invalidFrames: InvalidFrames | null = null;

  constructor(context: SocketContext, ws: WebSocket, socket: Duplex, request: FollowRequest) {
    super(context, request, (events) => new WebSocketLink(ws, socket, events));
    this.#context = context;
    this.#ws = ws;
    this.#request = request;
    this.#window = new SendWindow(ws, this.link);
    ws.on('pong', () => this.#receivePong());
    ws.on('message', (data: RawData, isBinary: boolean) => this.#receive(data as Buffer, isBinary));
  }

  ping(): void {
    this.#ws.ping();
  }

  unfinishedBytes(): number {
    return this.link.unfinishedBytes();
  }

  cut(): void {
    this.#ws.terminate();
  }

  override onDrain(): void {
    super.onDrain();
    this.#window.pauseOrResume();
  }

  /** A pong may arrive in the middle of a message, which it does not finish. */
  #receivePong(): void {
    this.recordActivity();
    if (this.link.unfinishedBytes() <= PONG_MAX_BYTES) this.link.finishMessage();
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.link.isClosed) return;
    this.recordActivity();
    this.link.finishMessage();
    this.#window.pauseOrResume();
    this.#context.turns.run(this, isBinary ? null : data);
  }

  runFrame(data: Buffer | null): void {
    if (this.link.isClosed) return;
    if (data) this.#post(withoutMark(data.toString()));
    else this.#rejectFrame();
  }

  holdFrames(): void {
    this.#ws.pause();
  }

  releaseFrames(): void {
    this.link.resume();
    this.#window.pauseOrResume();
  }

  #post(content: string): void {
    const { chat } = this.#context;
    const { caller } = this.#request;
    chat.lastUse.record(caller.sessionId);
    chat.presence.markActive(caller);
    const answer = this.#send(content);
    this.#window.track(content.length, answer);
    answer.catch((error: unknown) => this.replyError(error));
  }

  async #send(content: string): Promise<void> {
    const { caller, roomId } = this.#request;
    requirePermission(caller, 'write', roomId);
    await this.#context.chat.messages.send(caller, { roomId, content });
  }

  #rejectFrame(): void {
    this.replyError(new ChatError('invalid', TEXT_FRAMES_ONLY));
    this.#invalidFrames ??= new InvalidFrames();
    if (this.#invalidFrames.add(this.#context.clock.now())) this.link.close('protocol_error');
  }
}

const PARAMETERS: readonly string[] = ['after', 'ticket', 'token'];

/** Returns the parameters of the socket's URL. @throws ChatError invalid for one that is unknown or given twice. */
function queryOf({ search }: URL): Record<string, string> {
  const fields = queryFields(search);
  const unknown = Object.keys(fields).find((name) => !PARAMETERS.includes(name));
  if (unknown === undefined) return fields;
  throw invalid(unknown, `is unknown: use ${PARAMETERS.join(', ')}`);
}

function parseAfter({ after }: Record<string, string>): number | undefined {
  if (after === undefined) return undefined;
  const seq = isWholeNumber(after) ? Number(after) : Number.NaN;
  if (Number.isSafeInteger(seq) && seq >= 0) return seq;
  throw invalid('after', 'must be a whole number from 0');
}

/** `/v1/rooms/{id}/ws`: the plain socket of one room, for wscat, scripts and small clients. Text in, events out. */
import { ChatError } from '@banter/protocol';
import type { RawData, WebSocket } from 'ws';
import { requirePermission } from '../chat/permissions.ts';
import { authenticate, ticketOf } from '../doors/admission.ts';
import { type FollowRequest, followRoom } from '../doors/following.ts';
import { heard } from '../doors/watch.ts';
import type { DoorContext, Incoming } from './door.ts';
import { createOffences } from './invalid-frames.ts';
import { createSocketLink } from './link.ts';
import { createSendWindow } from './send-window.ts';

/**
 * Checks a request for a plain socket before it is upgraded [A6].
 * @throws ChatError unauthenticated, forbidden, not_found, not_member, invalid, rate_limited.
 */
export async function admitPlain(
  { chat }: DoorContext,
  { request, url, peer }: Incoming,
  roomId: number,
): Promise<FollowRequest> {
  const after = parseAfter(url.searchParams.get('after'));
  const { authorization } = request.headers;
  const credentials = { address: peer.address, authorization, ticket: ticketOf(url.searchParams) };
  const admission = await authenticate(chat, credentials, { requestId: peer.requestId });
  requirePermission(admission.caller, 'read', roomId);
  await chat.memberships.require(admission.caller, roomId);
  return { ...admission, roomId, after };
}

/** Takes over an upgraded socket until it closes. Its own messages come back as events: those are the acknowledgement. */
export function openPlain(
  context: DoorContext,
  ws: WebSocket,
  { socket }: Incoming,
  request: FollowRequest,
): void {
  const { chat, hub, clock } = context;
  const { caller, roomId } = request;
  const isOffender = createOffences();
  const link = createSocketLink(ws, socket, {
    onClosing: () => hub.write(following.connection),
    onClose: () => following.end(),
    onDrain() {
      hub.refill(following.connection);
      window.look();
    },
    onFenced: () => link.close('removed'),
  });
  const window = createSendWindow(ws, link);
  const following = followRoom(context, link, request, () => ws.ping());

  ws.on('pong', () => heard(following.watched, clock.now()));
  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (link.isClosed) return;
    heard(following.watched, clock.now());
    window.look();
    if (isBinary) return refuseFrame();
    const content = data.toString();
    chat.lastUse.record(caller.sessionId);
    chat.presence.markActive(caller);
    const answer = send(content);
    window.hold(content.length, answer);
    answer.catch(following.refuse);
  });
  async function send(content: string): Promise<void> {
    requirePermission(caller, 'write', roomId);
    await chat.messages.send(caller, { roomId, content });
  }
  function refuseFrame(): void {
    following.refuse(new ChatError('invalid', 'send text frames'));
    if (isOffender(clock.now())) link.close('protocol_error');
  }

  // What it says at once waits until it follows the room: else its own first words would not come back to it.
  ws.pause();
  void following.begin().then(() => ws.resume());
}

function parseAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const after = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(after)) return after;
  throw new ChatError('invalid', 'after must be a whole number from 0');
}

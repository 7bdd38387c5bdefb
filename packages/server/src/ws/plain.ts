/** `/v1/rooms/{id}/ws`: the plain socket of one room, for wscat, scripts and small clients. Text in, events out. */
import { ChatError, type CloseName, ERRORS } from '@banter/protocol';
import type { RawData, WebSocket } from 'ws';
import type { Caller } from '../chat/caller.ts';
import type { Claims } from '../chat/tokens.ts';
import type { DoorContext, Incoming } from './door.ts';
import { isFault, toErrorReply } from './error-reply.ts';
import { createSocketLink } from './link.ts';
import { createSendWindow } from './send-window.ts';
import { heard } from './watch.ts';

/** Everything known before the upgrade. */
export type PlainRequest = {
  caller: Caller;
  claims: Claims | null;
  roomId: number;
  after: number | undefined;
};

/**
 * Checks a request for a plain socket before it is upgraded [A6].
 * @throws ChatError unauthenticated, not_found, not_member, invalid.
 */
export async function admitPlain(
  { chat }: DoorContext,
  { request, url, peer }: Incoming,
  roomId: number,
): Promise<PlainRequest> {
  const scope = { requestId: peer.requestId };
  const after = parseAfter(url.searchParams.get('after'));
  const bearer = /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  const claims = bearer === undefined ? null : await chat.sessions.verify(bearer);
  const caller = claims
    ? await chat.sessions.admit(claims, scope)
    : await chat.sessions.redeem(requireTicket(url.searchParams), scope);
  await chat.memberships.require(caller, roomId);
  return { caller, claims, roomId, after };
}

/** Takes over an upgraded socket until it closes. Its own messages come back as events: those are the acknowledgement. */
export function openPlain(
  context: DoorContext,
  ws: WebSocket,
  { socket }: Incoming,
  plain: PlainRequest,
): void {
  const { chat, hub, clock, watch } = context;
  const { caller, claims, roomId, after } = plain;
  const { id: userId, username } = caller.user;
  const link = createSocketLink(ws, socket, {
    onClosing: () => hub.flush(),
    onClose() {
      watch.remove(watched);
      hub.close(connection);
    },
    onDrain() {
      hub.drained(connection);
      window.look();
    },
    onFenced: () => link.close('removed'),
  });
  const window = createSendWindow(ws, link);
  const watched = watch.add(link, () => ws.ping());
  watched.isSignedIn = true;
  if (claims) watched.expiresAt = clock.now() + (claims.expiresAt - clock.wall());
  const connection = hub.open(link, { userId, username, sessionId: caller.sessionId });

  const refuse = (error: unknown) => {
    if (isFault(error)) context.onFailure(error, caller.scope.requestId);
    hub.send(connection, toErrorReply(error));
  };
  ws.on('pong', () => heard(watched, clock.now()));
  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (link.isClosed) return;
    heard(watched, clock.now());
    window.look();
    if (isBinary) return refuse(new ChatError('invalid', 'send text frames'));
    const content = data.toString();
    const answer = chat.messages.send(caller, { roomId, content });
    window.hold(content.length, answer);
    answer.catch(refuse);
  });
  // What it says at once waits until it follows the room: else its own first words would not come back to it.
  ws.pause();
  follow().then(
    () => ws.resume(),
    (error: unknown) => {
      refuse(error);
      link.close(closeFor(error));
      ws.resume();
    },
  );

  async function follow(): Promise<void> {
    // Looked up again now that it is registered: an end of the session in between finds the socket, or we find the end [A4].
    await chat.sessions.recheck(caller);
    await chat.subscriptions.subscribe(
      caller,
      connection,
      after === undefined ? { roomId } : { roomId, after },
    );
  }
}

/** How a socket ends that could not begin. */
function closeFor(error: unknown): CloseName {
  if (!(error instanceof ChatError)) return 'restarting';
  if (error.code === 'unauthenticated') return 'session_ended';
  return ERRORS[error.code].retryable ? 'restarting' : 'removed';
}

function parseAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const after = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(after)) return after;
  throw new ChatError('invalid', 'after must be a whole number from 0');
}

/** The one-use ticket of the URL, under either name. */
function requireTicket(query: URLSearchParams): string {
  const ticket = query.get('ticket') ?? query.get('token');
  if (ticket === null) {
    throw new ChatError(
      'unauthenticated',
      'send Authorization: Bearer, or ?ticket= with one from POST /v1/tickets',
    );
  }
  if (ticket.includes('.')) {
    const detail =
      'an access token does not belong in a URL, which ends up in logs: POST /v1/tickets gives a one-use ticket';
    throw new ChatError('unauthenticated', detail);
  }
  return ticket;
}

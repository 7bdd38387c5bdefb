/** Compares the events that a connection got with those that it must have got. */
import { fencedUserId, isRoomEvent, type RoomEvent, type ServerEvent } from '@banter/protocol';
import type { Connection } from '../../src/hub/connection.ts';
import { eventsOf, type TestLink } from './hub.ts';

/** A person's connection, and the subscriptions that it asked for. */
export type ModelClient = {
  userId: number;
  connection: Connection;
  link: TestLink;
  requests: SubscriptionRequest[];
};

/** A requested subscription. Its marker is in the link's stream where it began. */
export type SubscriptionRequest = {
  marker: string;
  roomId: number;
  after: number;
  joinedSeq: number;
  /** False once it was ended or replaced: from then on it may get fewer events. */
  isWanted: boolean;
};

/** Returns a line if a subscription got other events than those of `log` that were due to it; none if all is right. */
export function faultsOf(
  client: ModelClient,
  request: SubscriptionRequest,
  log: readonly RoomEvent[],
): string[] {
  const got = segmentOf(client, request)
    .filter(isRoomEvent)
    .map(({ seq }) => seq);
  const due = dueTo(client.userId, request, log);
  const isRight = request.isWanted
    ? got.join() === due.join()
    : `${due.join()},`.startsWith(got.length ? `${got.join()},` : '');
  return isRight
    ? []
    : [`user ${client.userId}, room ${request.roomId} after ${request.after}: got ${got}, due ${due}`];
}

/** Returns the room's events on the link between this subscription's marker and the next one's. */
function segmentOf({ link, requests }: ModelClient, { marker, roomId }: SubscriptionRequest): ServerEvent[] {
  const events = eventsOf(link);
  const markersOfRoom = new Set(
    requests.filter((other) => other.roomId === roomId).map((other) => other.marker),
  );
  const start = events.findIndex((event) => event.type === 'ok' && event.id === marker);
  if (start === -1) return [];
  const rest = events.slice(start + 1);
  const end = rest.findIndex((event) => event.type === 'ok' && markersOfRoom.has(event.id));
  const segment = end === -1 ? rest : rest.slice(0, end);
  return segment.filter((event) => 'roomId' in event && event.roomId === roomId);
}

/** Returns the seqs above the cursor, up to the first event that ends this membership. */
function dueTo(
  userId: number,
  { roomId, after, joinedSeq }: SubscriptionRequest,
  log: readonly RoomEvent[],
): number[] {
  const above = log.filter((event) => event.roomId === roomId && event.seq > after);
  const fence = above.findIndex((event) => event.seq > joinedSeq && fencedUserId(event) === userId);
  return (fence === -1 ? above : above.slice(0, fence + 1)).map(({ seq }) => seq);
}

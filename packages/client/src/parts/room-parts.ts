/** The parts that know rooms, and the outbox. */
import type { Command, Message, Ok, RoomEvent, User } from '@banter/protocol';
import { IgnoreList } from '../log/ignore-list.ts';
import { RoomLogs } from '../log/room-logs.ts';
import type { Settings } from '../options.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Cursors } from '../rooms/cursors.ts';
import { Following } from '../rooms/following.ts';
import { People } from '../rooms/people.ts';
import { ReadMarks } from '../rooms/read-marks.ts';
import { RequestList } from '../rooms/request-list.ts';
import { Rooms } from '../rooms/rooms.ts';
import { TypingBoard } from '../rooms/typing.ts';
import type { PendingEntry } from '../types/log.ts';
import type { Access } from './access.ts';
import type { Changes } from './changes.ts';

/** Everything that belongs to rooms. */
export type RoomParts = {
  cursors: Cursors;
  following: Following;
  ignored: IgnoreList;
  logs: RoomLogs;
  marks: ReadMarks;
  outbox: Outbox;
  people: People;
  requests: RequestList;
  rooms: Rooms;
  typing: TypingBoard;
};

/** The other parts of a client, as far as rooms need them. */
export type RoomPartsOptions = {
  settings: Settings;
  access: Access;
  changes: Changes;
  /** Sends a command; false without a link. */
  send(command: Command): boolean;
  /** Applies a room's next event to all parts. */
  apply(event: RoomEvent): void;
  /** Returns how long a `typing` event is shown, in milliseconds. */
  typingShownMs(): number;
  /** Called with the time from a send to its answer. */
  onRoundTrip(ms: number): void;
  /** Called when only a new link lets the outbox go on. */
  onLinkUnusable(needsNewToken: boolean): void;
};

/** Creates the parts and joins them. */
export function createRoomParts(options: RoomPartsOptions): RoomParts {
  const { settings, access, changes, send } = options;
  const { clock, newId } = settings;
  const { session, api } = access;
  const ownUserId = () => session.user?.id;

  const cursors = new Cursors({
    clock,
    newId,
    send,
    apply: options.apply,
    onUnknownRoom: () => following.reloadAll(),
    onRejected: (roomId) => following.unfollow(roomId),
  });
  const logs = new RoomLogs({
    ownUserId,
    headOf: (roomId) => cursors.after(roomId),
    loadPage: (roomId, query) => api.messages(roomId, { ...query, include: 'notices' }),
    onOwnMessage: (id) => outbox.confirmSeen(id),
  });
  const rooms = new Rooms({
    ownUserId,
    isIgnored: (userId) => ignored.has(userId),
    isHidden: (room) => ignored.isHidden(room),
    messagesAbove: (roomId, seq) => logs.find(roomId)?.messagesAbove(seq) ?? null,
    onUncounted: (roomId) => following.reloadRoom(roomId),
    onChange: () => changes.notify({ kind: 'rooms' }),
  });
  const ignored = new IgnoreList({
    ownUserId,
    onChange() {
      rooms.rebuildList();
      changes.notify({ kind: 'ignored' });
    },
  });
  const outbox = createOutbox(options, logs);
  const people = new People({
    clock,
    loadMembers: api.members,
    onChange: (roomId) => changes.notify({ kind: 'people', roomId }),
  });
  const typing = new TypingBoard({
    clock,
    shownMs: options.typingShownMs,
    send,
    onChange: (roomId) => changes.notify({ kind: 'typing', roomId }),
  });
  const marks = new ReadMarks(send);
  const requests = new RequestList({ api, onChange: () => changes.notify({ kind: 'requests' }) });
  const following = new Following({ api, rooms, cursors, logs, people, marks });
  return { cursors, following, ignored, logs, marks, outbox, people, requests, rooms, typing };
}

/** Creates the outbox, whose sends appear in the logs. */
function createOutbox(options: RoomPartsOptions, logs: RoomLogs): Outbox {
  const { settings, access, changes, send, onRoundTrip, onLinkUnusable } = options;
  const { clock, random, newId, timestamp } = settings;
  return new Outbox({
    clock,
    random,
    newId,
    timestamp,
    send,
    onRow: (roomId, entry) => logs.of(roomId).showPending(entry),
    onStored(roomId, entry, ok) {
      const { user } = access.session;
      const message = user && storedMessage(user, roomId, entry, ok);
      if (message) logs.of(roomId).settle(message);
    },
    onDiscarded: (roomId, id) => logs.find(roomId)?.discard(id),
    onChange: () => changes.notify({ kind: 'outbox' }),
    onRoundTrip,
    onLinkUnusable,
  });
}

/** Returns the message that an `ok` confirms; undefined when the `ok` has no seq. */
function storedMessage(author: User, roomId: number, entry: PendingEntry, ok: Ok): Message | undefined {
  if (ok.seq === undefined) return undefined;
  const { id, content, at, messageKind, replyTo, quote } = entry;
  return {
    ...{ roomId, seq: ok.seq, userId: author.id, username: author.username, content, at: ok.at ?? at, id },
    ...(messageKind === undefined ? {} : { kind: messageKind }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(quote === undefined ? {} : { quote }),
  };
}

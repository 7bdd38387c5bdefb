/** Rooms and their members. */
import type { PresenceState } from './people.ts';

/** `open`: anyone may join. `closed`: people join by invitation, or moderators add them. `direct`: a fixed set of 2 to 8 people. */
export type RoomKind = 'open' | 'closed' | 'direct';

/** A member's role in a room. */
export type Role = 'owner' | 'moderator' | 'member';

/** A room as the caller sees it. If the caller is not a member, `role` is absent and both counts are 0. */
export type Room = {
  id: number;
  name: string;
  kind: RoomKind;
  topic: string;
  joined: boolean;
  role?: Role;
  /** The seq of the room's last event; 0 for a room without events. */
  head: number;
  /** Messages by others above the caller's read mark, including deleted ones; at most UNREAD_MAX. */
  unread: number;
  /** How many of the unread messages mention the caller; at most UNREAD_MAX. */
  mentions: number;
  /** How many members the room has. */
  members: number;
  createdAt: string;
  /** Only for a direct room, which has no name: its people, sorted by name. */
  people?: RoomPerson[];
  /** When the room became read-only. Absent for a room that is not archived. */
  archivedAt?: string;
  /** How long a member waits between two messages. Absent if slow mode is off. */
  slowSeconds?: number;
  /** The caller has hidden joins and leaves in this room. */
  hideJoins?: true;
  /**
   * Another room that has the same name, in any case [C11]. The server sets it for members of a closed room, if an open one
   * has the name.
   */
  namesakeId?: number;
};

/** A page of rooms. `cursor` leads to the next page, if there is one. */
export type RoomPage = { rooms: Room[]; cursor?: string };

/** A room that somebody asks the caller to enter. `userId` and `username` are those of the person who asks. */
export type EntryRequest = {
  roomId: number;
  kind: RoomKind;
  /** Empty for a direct room. */
  name: string;
  userId: number;
  username: string;
  at: string;
  /** Only for a direct room: its people, the caller among them. */
  people?: RoomPerson[];
};

/** The caller's own settings for a room. */
export type RoomSettings = { hideJoins: boolean };

/** A person in a direct room. */
export type RoomPerson = { userId: number; username: string };

/** A member of a room. */
export type Member = {
  userId: number;
  username: string;
  displayName?: string;
  role: Role;
  state: PresenceState;
  /** When their mute ends. Absent for a member who is not muted. */
  mutedUntil?: string;
  awayMessage?: string;
  /** When they were last connected. Only for a member who is offline and was connected before. */
  lastSeenAt?: string;
};

/** Rooms, and who is in them. */
import type { PresenceState } from './people.ts';

/** `open`: anyone may join; `closed`: by invitation or a moderator's hand; `direct`: the same 2 to 8 people for ever. */
export type RoomKind = 'open' | 'closed' | 'direct';

export type Role = 'owner' | 'moderator' | 'member';

/** A conversation, as one caller sees it: `role` is absent and the counts are 0 where the caller is no member. */
export type Room = {
  id: number;
  name: string;
  kind: RoomKind;
  topic: string;
  joined: boolean;
  role?: Role;
  /** The seq of the room's last event; 0 for none. */
  head: number;
  /** Messages of others above the caller's read mark, deleted ones included; told up to UNREAD_MAX. */
  unread: number;
  /** Those of the unread messages that call the caller, told up to UNREAD_MAX. */
  mentions: number;
  /** How many people are members. */
  members: number;
  createdAt: string;
  /** Of a direct room, which has no name: who is in it, by name. */
  people?: RoomPerson[];
  /** Since when nothing can be said here any more; absent while it can. */
  archivedAt?: string;
  /** How long a member waits between two messages; absent where slow mode is off. */
  slowSeconds?: number;
  /** The caller wants to see no joins and leaves here. */
  hideJoins?: true;
};

/** What a person has set for themselves in a room. */
export type RoomSettings = { hideJoins: boolean };

/** Somebody in a direct room. */
export type RoomPerson = { userId: number; username: string };

/** A person in a room. */
export type Member = {
  userId: number;
  username: string;
  displayName?: string;
  role: Role;
  state: PresenceState;
  /** Until when they may say nothing here; absent for those who may. */
  mutedUntil?: string;
  awayMessage?: string;
  /** When they were last here; told of who is offline, and was ever here. */
  lastSeenAt?: string;
};

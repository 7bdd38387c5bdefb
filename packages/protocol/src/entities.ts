/** The nouns of the contract, in the shape in which HTTP and sockets share them. Times are ISO 8601 UTC with milliseconds. */
import type { NoticeEvent } from './events.ts';

import type { TextRange } from './search-ranges.ts';

/** A person's account, as others see it. */
export type User = {
  id: number;
  username: string;
  displayName?: string;
  /** True for the server's administrators only; absent otherwise. */
  admin?: true;
};

/** A person, as they present themselves. A display name is shown beside the username, never in its place. */
export type Profile = User & {
  /** A line about themselves. */
  about?: string;
  /** A name of the IANA database: Europe/Berlin. */
  timeZone?: string;
};

/** One's own profile. */
export type OwnProfile = Profile & { email?: string };

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

/** `away`: here, but idle for AWAY_AFTER_MS, or by their own word. */
export type PresenceState = 'online' | 'away' | 'offline';

/** How a person is now; `awayMessage`: what they said as they went away. */
export type Presence = { state: PresenceState; awayMessage?: string };

/** A person with how they are now; `lastSeenAt` is told of who is offline, and was ever here. */
export type PublicProfile = Profile & Presence & { lastSeenAt?: string };

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

/** Somebody who is shut out of a room. */
export type Ban = {
  userId: number;
  username: string;
  /** Absent where none was given. */
  reason?: string;
  /** Absent: until it is lifted. */
  until?: string;
  at: string;
  byUserId: number;
  byUsername: string;
};

export type ReportState = 'open' | 'closed';

/** A message that somebody has reported to a room's moderators. `userId` reports it. */
export type Report = {
  id: number;
  roomId: number;
  /** The message's. */
  seq: number;
  userId: number;
  username: string;
  reason: string;
  at: string;
  state: ReportState;
  closedAt?: string;
  closedByUserId?: number;
  closedByUsername?: string;
  /** The message as it stands now: who wrote it, when, and its text unless it was deleted. */
  about: { userId: number; username: string; at: string; content?: string };
};

/** Reports of a room, the newest first. */
export type ReportPage = { reports: Report[]; hasMore: boolean };

/** Somebody who may say nothing in a room for a time. */
export type Mute = { userId: number; username: string; until: string };

/** A message as history serves it; on the wire the same facts come as a `message` event. */
export type Message = {
  roomId: number;
  seq: number;
  userId: number;
  username: string;
  /** The text as it stands now; absent once it was deleted. */
  content?: string;
  at: string;
  /** The command id its author chose for it. */
  id: string;
  /** `me`: an action, shown as `ada waves`; absent for plain text. */
  kind?: MessageKind;
  /** The seq of the message that this one answers. */
  replyTo?: number;
  /** What that message says, while it has a text. */
  quote?: Quote;
  /** The ids of the members whom the text calls by name, in rising order. */
  mentions?: number[];
  /** The text calls everyone in the room. */
  mentionsRoom?: true;
  /** When it was last given another text. */
  editedAt?: string;
  /** When its text was taken away. */
  deletedAt?: string;
  /** In the order in which the kinds came up; only in history, events tell of each by itself. */
  reactions?: Reaction[];
};

export type MessageKind = 'me';

/** The first line of a message that another one answers, at most QUOTE_MAX_CHARS of it. */
export type Quote = { userId: number; username: string; line: string };

/** A kind of reaction to a message, and how many people put it there; `mine`: the caller is one of them. */
export type Reaction = { emoji: string; count: number; mine?: true };

/**
 * One page of history: ascending seq; `hasMore` says whether the asked direction goes on. `head` is the room's at the look:
 * the messages, their reactions counted, are as all events up to it have made them. Absent where there are no messages.
 * `notices`, only if asked for: what else happened in the part of the room that the page shows; of many the newest
 * NOTICES_MAX.
 */
export type MessagePage = { messages: Message[]; hasMore: boolean; head?: number; notices?: Notice[] };

/** An event that is neither a message nor about one: a join, a new topic … */
export type Notice = Flat<NoticeEvent>;
type Flat<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;

/** A message that a search has found. */
export type SearchHit = {
  message: Message;
  /** `people`: those of a direct room, which has no name. */
  room: { id: number; name: string; kind: RoomKind; people?: RoomPerson[] };
  /** Where in `content` the words and phrases stand: pairs of start and end in UTF-16 units, in rising order. */
  ranges: TextRange[];
  /** The path of a page of history around it. */
  link: string;
  /** What was said just before and after it, ascending; only where it was asked for. */
  before?: Message[];
  after?: Message[];
};

export type SearchOrder = 'newest' | 'best';

/** One page of a search. */
export type SearchPage = {
  hits: SearchHit[];
  /** Asks for the next page; absent on the last one. */
  cursor?: string;
  /** Messages of the rooms searched that search has not come to yet, up to SEARCH_BEHIND_MAX; 0 nearly always. */
  behind: number;
};

/** A login on one device. */
export type Session = {
  id: number;
  createdAt: string;
  lastUsedAt: string;
  userAgent: string;
  /** What that is in a few words: Firefox on Linux. */
  device: string;
  address: string;
  /** True for the session that asks. */
  current: boolean;
};

/** Something that was done, as administrators read it in the audit log. */
export type AuditEntry = {
  id: number;
  at: string;
  /** As noun.verb: `room.kick`. */
  act: string;
  /** Who did it; absent where nobody was signed in. */
  actorId?: number;
  /** The actor's name as it is now; absent once the account is gone. */
  actor?: string;
  /** Whom and what it was about: `userId`, `roomId`, … */
  subject: Record<string, unknown>;
};

/** An account as administrators see it. */
export type AdminAccount = {
  id: number;
  username: string;
  email?: string;
  admin?: true;
  createdAt: string;
  /** When its sessions and tokens were last used; absent where it has none. */
  lastUsedAt?: string;
  /** Since when it may not sign in; absent for one that may. */
  disabledAt?: string;
};

/** A page of accounts by name; `cursor` is for the next one, absent on the last. */
export type AccountPage = { users: AdminAccount[]; cursor?: string };

/** A network that may not use the server. */
export type AddressBan = {
  id: number;
  /** As 203.0.113.0/24. */
  range: string;
  reason?: string;
  /** Absent until it is lifted. */
  until?: string;
  /** Which administrator made it. */
  byId: number;
  at: string;
};

/** A page of the audit log, newest first; `cursor` is for the next one, absent on the last. */
export type AuditPage = { entries: AuditEntry[]; cursor?: number };

/** How far the audit log is as it was written: the hash of the last good row, and the first broken one. */
export type AuditVerdict = { rows: number; lastHash: string; broken?: { id: number; problem: string } };
/** A link that lets people in, as those see it who may take it back. Its code is shown once, to whoever makes it. */
export type Invitation = {
  id: number;
  /** To which room; absent for one to the server. */
  roomId?: number;
  roomName?: string;
  /** Who made it. */
  userId: number;
  username: string;
  createdAt: string;
  expiresAt: string;
  /** How many people it lets in; absent for any number. */
  maxUses?: number;
  /** How many it has let in. */
  uses: number;
};

/** A new invitation, with what stands in its link: `/join/CODE`. */
export type NewInvitation = Invitation & { code: string };

/** What the code of an invitation shows to anybody. */
export type InvitationPreview = {
  /** The room that it lets into; absent for one to the server. */
  roomName?: string;
  /** Whose it is. */
  username: string;
  expiresAt: string;
  /** Whether an account can be made with it; else it is for people who have one. */
  registers: boolean;
};

/** The invitations that one may take back, newest first; `hasMore` says whether there are older ones. */
export type InvitationPage = { invitations: Invitation[]; hasMore: boolean };

/** Who may make an account: everybody, those with an invitation, nobody. The first account is made in any case. */
export type Registration = 'open' | 'invite' | 'closed';

/** What a personal access token is good for: reading; acting in rooms and on oneself; accounts, sessions and tokens. */
export type TokenScope = (typeof TOKEN_SCOPES)[number];
export const TOKEN_SCOPES = ['read', 'write', 'admin'] as const;

/** A personal access token, without its secret. */
export type PersonalToken = {
  id: number;
  name: string;
  scopes: TokenScope[];
  /** The one room that it is for; absent for all. */
  roomId?: number;
  createdAt: string;
  /** Absent until it is used; true to about a minute. */
  lastUsedAt?: string;
  /** When it ends by itself; absent for never. */
  expiresAt?: string;
  /** True for the token that asks. */
  current: boolean;
};

/** A personal access token that has just been made: the one time that its secret is shown. */
export type NewPersonalToken = PersonalToken & { token: string };

/** What register, login and refresh answer; `refreshToken` only where the caller asked for it in the body. */
export type TokenGrant = {
  user: User;
  accessToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  refreshToken?: string;
};

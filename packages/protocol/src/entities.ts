/** The nouns of the contract, in the shape in which HTTP and sockets share them. Times are ISO 8601 UTC with milliseconds. */

/** A person's account, as others see it. */
export type User = {
  id: number;
  username: string;
  displayName?: string;
  /** True for the server's administrators only; absent otherwise. */
  admin?: true;
};

/** `open`: anyone may join; `closed`: by a moderator's hand. */
export type RoomKind = 'open' | 'closed';

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
  /** Messages of others above the caller's read mark, counted up to UNREAD_MAX. */
  unread: number;
  /** Those of the unread messages that name the caller. */
  mentions: number;
  /** How many people are members. */
  members: number;
  createdAt: string;
};

export type PresenceState = 'online' | 'offline';

/** A person in a room. */
export type Member = {
  userId: number;
  username: string;
  role: Role;
  state: PresenceState;
};

/** A message as history serves it; on the wire the same facts come as a `message` event. */
export type Message = {
  roomId: number;
  seq: number;
  userId: number;
  username: string;
  content: string;
  at: string;
  /** The command id its author chose for it. */
  id: string;
  /** The seq of the message that this one answers. */
  replyTo?: number;
};

/** One page of history: ascending seq; `hasMore` says whether the asked direction goes on. */
export type MessagePage = { messages: Message[]; hasMore: boolean };

/** A login on one device. */
export type Session = {
  id: number;
  createdAt: string;
  lastUsedAt: string;
  userAgent: string;
  address: string;
  /** True for the session that asks. */
  current: boolean;
};

/** What register, login and refresh answer; `refreshToken` only where the caller asked for it in the body. */
export type TokenGrant = {
  user: User;
  accessToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  refreshToken?: string;
};

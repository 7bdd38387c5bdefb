/** The client as a user interface sees it: values to read, changes to listen to, and methods. */
import type { BanEvent, EntryRequest, KickEvent, Room, User } from '@banter/protocol';
import type { NewAccount } from './accounts-api.ts';
import type { Api } from './api.ts';
import type { ConnectionState } from './connection.ts';
import type { PendingEntry, SendAbout, Timeline } from './log.ts';
import type { Person } from './people.ts';
import type { DirectRoomPeople, NewRoom } from './rooms-api.ts';

/** Names the part of a client that changed. */
export type ClientChange =
  | { kind: 'user' }
  | { kind: 'connection' }
  /** The list of rooms, or a room's name, topic or counts. */
  | { kind: 'rooms' }
  | { kind: 'people'; roomId: number }
  | { kind: 'typing'; roomId: number }
  /** A moderator removed the person from `room`, which is no longer in the list of rooms. */
  | { kind: 'removed'; room: Room; event: KickEvent | BanEvent }
  /** The ignored people. Each timeline also emits a patch `all`. */
  | { kind: 'ignored' }
  /** A room that the person moderates has a new report, or one was closed. */
  | { kind: 'reports'; roomId: number }
  /** The requests that wait for the person. */
  | { kind: 'requests' }
  /** The number of waiting sends, or a failed one. */
  | { kind: 'outbox' }
  | { kind: 'latency' };

/** One person's connection to one server. */
export type Client = {
  readonly api: Api;
  /** The person signed in; null for nobody. */
  readonly user: User | null;
  readonly connection: ConnectionState;
  /** Joined rooms in the order of joining. The order is stable, because people memorise room numbers. */
  readonly rooms: readonly Room[];
  /** The ids of ignored people. Timelines, typing and counts leave out what they say. */
  readonly ignored: readonly number[];
  /** The rooms that others ask the person to enter, oldest first. */
  readonly requests: readonly EntryRequest[];
  /** The number of sends that are not stored yet, over all rooms. */
  readonly queuedCount: number;
  /** The last measured round trip in milliseconds; null before the first. */
  readonly latencyMs: number | null;

  /** Returns the milliseconds since 1970 by the server's clock, as far as its answers tell. */
  serverNow(): number;

  /** Creates an account and signs in. */
  register(input: NewAccount): Promise<User>;
  /** Signs in with a username or email address. */
  login(input: { login: string; password: string }): Promise<User>;
  /** Signs in with the refresh cookie of an earlier visit; null when there is no valid one. */
  restore(): Promise<User | null>;
  /** Ends the session, stops, and erases unsent messages. */
  logout(): Promise<void>;
  /** Opens the socket and keeps it open until stop(). */
  start(): void;
  /** Closes the socket. */
  stop(): void;
  /** Dials at once instead of waiting for the backoff. After the machine has slept it checks a live link. */
  retryNow(hasSlept?: boolean): void;
  /** Passes on the machine's report that it is online or offline. */
  setOnline(online: boolean): void;

  /** Creates a room and follows it. */
  createRoom(input: NewRoom): Promise<Room>;
  /** Opens the direct room of these people and the caller, and follows it. */
  openDirect(input: DirectRoomPeople): Promise<Room>;
  /** Joins a room and follows it. */
  joinRoom(roomId: number): Promise<Room>;
  /** Accepts a request, and enters and follows its room. */
  acceptRequest(roomId: number): Promise<Room>;
  /** Accepts an invitation and returns the room it joined; null for an invitation to the server. */
  acceptInvitation(code: string): Promise<Room | null>;
  /** Leaves a room. */
  leaveRoom(roomId: number): Promise<void>;
  /** Returns the log of a room; the same object each time. */
  timeline(roomId: number): Timeline;
  /** Returns the members of a room, online first, then by name. The first call loads them. */
  people(roomId: number): readonly Person[];
  /** Returns the usernames of people who are typing in a room, without the caller. */
  typing(roomId: number): readonly string[];
  /**
   * Queues a message; its row appears at once.
   * @throws ChatError `invalid` for content that can never be stored, `overloaded` when too many sends wait,
   *   `unauthenticated` when nobody is signed in.
   */
  send(roomId: number, content: string, about?: SendAbout): PendingEntry;
  /** Sends a failed message again, under the same id. */
  retry(id: string): void;
  /** Removes a failed send from the outbox and returns its content. @throws ChatError `not_found` for any other id */
  discard(id: string): string;
  /** Marks everything up to `seq` as read. */
  markRead(roomId: number, seq: number): void;
  /** Reports that the person is typing. Calls are rate limited, so each keystroke may call it. */
  sendTyping(roomId: number): void;
  /** Adds a listener and returns a function that removes it. */
  onChange(listener: (change: ClientChange) => void): () => void;
};

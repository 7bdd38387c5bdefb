/** What the server may say, by `type`. Room events are facts with a seq; the rest has none. */
import type {
  Message,
  Presence,
  Report,
  Role,
  RoomKind,
  RoomPerson,
  RoomSettings,
  User,
} from './entities/entities.ts';
import type { ErrorCode } from './errors.ts';
import type { ClientLimits } from './limits.ts';

type RoomFact = {
  roomId: number;
  seq: number;
  /** When it was stored. Order is by seq alone. */
  at: string;
  /** Who did it. */
  userId: number;
  username: string;
};

/** A message as it stands now: read again after an edit it has the new text, after a deletion none. */
export type MessageEvent = { type: 'message' } & Omit<Message, 'reactions'>;
/** The author gave the message at `target` another text; without `content` it has none any more. */
export type EditEvent = RoomFact & { type: 'edit'; target: number } & Pick<
    Message,
    'content' | 'mentions' | 'mentionsRoom'
  >;
/** The text of the message at `target` was taken away. */
export type DeleteEvent = RoomFact & { type: 'delete'; target: number };
/** A reaction to the message at `target` was put there or taken off. */
export type ReactEvent = RoomFact & { type: 'react'; target: number; emoji: string; on: boolean };
export type JoinEvent = RoomFact & { type: 'join' };
export type LeaveEvent = RoomFact & { type: 'leave' };
/** A moderator made `target` a member, or gave them another role. */
export type RoleEvent = RoomFact & { type: 'role'; target: number; targetUsername: string; role: Role };
export type KickEvent = RoomFact & { type: 'kick'; target: number; targetUsername: string; reason?: string };
/** Removed, and shut out until a time or for good. */
export type BanEvent = RoomFact & {
  type: 'ban';
  target: number;
  targetUsername: string;
  until?: string;
  reason?: string;
};
export type UnbanEvent = RoomFact & { type: 'unban'; target: number; targetUsername: string };
/** `target` may say nothing until then; without `until` they may again. */
export type MuteEvent = RoomFact & { type: 'mute'; target: number; targetUsername: string; until?: string };
/** Members wait so long between two messages; 0: no more. */
export type SlowEvent = RoomFact & { type: 'slow'; seconds: number };
/** From here on nothing can be said in the room. */
export type ArchiveEvent = RoomFact & { type: 'archive' };
export type RestoreEvent = RoomFact & { type: 'restore' };
export type TopicEvent = RoomFact & { type: 'topic'; topic: string };
export type RenameEvent = RoomFact & { type: 'rename'; name: string };

/** A durable fact of a room: it has a seq, is stored before it is shown, and is never dropped [B2]. */
export type RoomEvent =
  | MessageEvent
  | EditEvent
  | DeleteEvent
  | ReactEvent
  | JoinEvent
  | LeaveEvent
  | RoleEvent
  | KickEvent
  | BanEvent
  | UnbanEvent
  | MuteEvent
  | SlowEvent
  | TopicEvent
  | RenameEvent
  | ArchiveEvent
  | RestoreEvent;

export type RoomEventType = RoomEvent['type'];

/** A room of the caller, as `welcome` lists it. */
export type WelcomeRoom = {
  roomId: number;
  name: string;
  kind: RoomKind;
  topic: string;
  role: Role;
  head: number;
  /** Of a direct room: who is in it. */
  people?: RoomPerson[];
  archivedAt?: string;
  hideJoins?: true;
};

export type Welcome = {
  type: 'welcome';
  user: User;
  sessionId: number;
  /** Names one history of the store; a cursor of another one is answered with `reset` [R2]. */
  epoch: string;
  heartbeatMs: number;
  limits: ClientLimits;
  /** The ids of those whom the caller ignores; absent for nobody. */
  ignored?: number[];
  rooms: WelcomeRoom[];
};

/** The answer to a command that succeeded; for a send with the place where the message is stored. */
export type Ok = { type: 'ok'; id: string; roomId?: number; seq?: number; at?: string; duplicate?: true };
/** A refused command; `roomId` where a room of `hello` was refused, which has no id of its own. */
export type ErrorReply = {
  type: 'error';
  id?: string;
  roomId?: number;
  code: ErrorCode;
  message: string;
  retryAfterMs?: number;
};
export type TypingEvent = { type: 'typing'; roomId: number; userId: number; username: string };
/** Somebody of a common room of at most PRESENCE_ROOM_MAX members came, went, or is away; or one's own word from another device. */
export type PresenceEvent = { type: 'presence'; userId: number; username: string } & Presence;
/** The caller ignores a person from now on, or no longer: said on one of the caller's devices. */
export type IgnoreEvent = { type: 'ignore'; userId: number; username: string; on: boolean };
/** The caller's own read mark moved, on another of the caller's devices. */
export type ReadEvent = { type: 'read'; roomId: number; seq: number };
/** What the caller has set for themselves in a room, on another of the caller's devices. */
export type SettingsEvent = { type: 'settings'; roomId: number } & RoomSettings;
/** A report was filed, closed or opened again: for a room's moderators. */
export type ReportEvent = { type: 'report'; roomId: number; report: Report };
/** From here on the room's events come as they happen. */
export type Live = { type: 'live'; roomId: number; head: number };
/** The cursor cannot be resumed: drop the copy of this room and page its history [R2]. */
export type Reset = { type: 'reset'; roomId: number; head: number; reason: ResetReason };
export type ResetReason = 'epoch' | 'ahead' | 'behind';
/** `heads`: the seqs of rooms that changed since the last ping [R3]. */
export type Ping = { type: 'ping'; t: number; heads?: Record<string, number> };
/** Said before the server closes a connection. */
export type Bye = { type: 'bye'; code: number; reason: string; retryAfterMs: number };

export type ServerEvent =
  | RoomEvent
  | Welcome
  | Ok
  | ErrorReply
  | TypingEvent
  | PresenceEvent
  | IgnoreEvent
  | ReadEvent
  | ReportEvent
  | SettingsEvent
  | Live
  | Reset
  | Ping
  | Bye;

/** Whether an event has a place in a room's order. */
export function isRoomEvent(event: ServerEvent): event is RoomEvent {
  return 'seq' in event && 'userId' in event;
}

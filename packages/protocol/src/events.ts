/** The events that the server sends, by `type`. Room events have a seq; the others do not. */
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

/** The facts that every room event has. */
export type RoomFact = {
  roomId: number;
  seq: number;
  /** When it was stored. Only `seq` gives the order. */
  at: string;
  /** The person who acted. */
  userId: number;
  username: string;
};

/** A message. Read again later, it has its current text; a deleted message has none. */
export type MessageEvent = { type: 'message' } & Omit<Message, 'reactions'>;
/** The author changed the text of the message at `target`. Without `content` that message was deleted since. */
export type EditEvent = RoomFact & { type: 'edit'; target: number } & Pick<
    Message,
    'content' | 'mentions' | 'mentionsRoom'
  >;
/** The author or a moderator deleted the text of the message at `target`. */
export type DeleteEvent = RoomFact & { type: 'delete'; target: number };
/** The person added a reaction to the message at `target`, or removed it. */
export type ReactEvent = RoomFact & { type: 'react'; target: number; emoji: string; on: boolean };
/** The person joined the room. The first event of a room is the join of its creator. */
export type JoinEvent = RoomFact & { type: 'join' };
/** The person left the room. */
export type LeaveEvent = RoomFact & { type: 'leave' };
/** A moderator added `target` to the room, or changed their role. */
export type RoleEvent = RoomFact & { type: 'role'; target: number; targetUsername: string; role: Role };
/** A moderator removed `target` from the room. */
export type KickEvent = RoomFact & { type: 'kick'; target: number; targetUsername: string; reason?: string };
/** A moderator removed `target` and banned them: until a time, or until the ban is lifted. */
export type BanEvent = RoomFact & {
  type: 'ban';
  target: number;
  targetUsername: string;
  until?: string;
  reason?: string;
};
/** A moderator lifted the ban of `target`. */
export type UnbanEvent = RoomFact & { type: 'unban'; target: number; targetUsername: string };
/** A moderator muted `target` until a time. Without `until` the moderator lifted the mute. */
export type MuteEvent = RoomFact & { type: 'mute'; target: number; targetUsername: string; until?: string };
/** Members now wait this long between two messages. 0 turns slow mode off. */
export type SlowEvent = RoomFact & { type: 'slow'; seconds: number };
/** An owner archived the room: it is now read-only. */
export type ArchiveEvent = RoomFact & { type: 'archive' };
/** An owner restored the archived room. */
export type RestoreEvent = RoomFact & { type: 'restore' };
/** The room has a new topic. */
export type TopicEvent = RoomFact & { type: 'topic'; topic: string };
/** The room has a new name. */
export type RenameEvent = RoomFact & { type: 'rename'; name: string };

/** An event in a room's order. It has a seq, is stored before anyone sees it, and is never dropped [B2]. */
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

/** The type of a room event. EVENT_KINDS decides what each one means. */
export type RoomEventType = RoomEvent['type'];

/** A room of the caller, as `welcome` lists it. */
export type WelcomeRoom = {
  roomId: number;
  name: string;
  kind: RoomKind;
  topic: string;
  role: Role;
  head: number;
  /** Only for a direct room: its people. */
  people?: RoomPerson[];
  archivedAt?: string;
  hideJoins?: true;
  /** The open room that has the name of this closed one [C11]. */
  namesakeId?: number;
};

/** The answer to `hello`. */
export type Welcome = {
  type: 'welcome';
  user: User;
  sessionId: number;
  /** Names one history of the store. A cursor from another history gets `reset` [R2]. */
  epoch: string;
  heartbeatMs: number;
  limits: ClientLimits;
  /** The ids of the people whom the caller ignores. Absent if there are none. */
  ignored?: number[];
  rooms: WelcomeRoom[];
  /** How many requests wait for the person. Absent for none. */
  requests?: number;
  /** The person is in more rooms than fit into WELCOME_ROOMS_MAX_BYTES: `GET /v1/rooms` lists all. */
  more?: true;
};

/** A command succeeded. For a send it has the `seq` and time of the stored message. */
export type Ok = { type: 'ok'; id: string; roomId?: number; seq?: number; at?: string; duplicate?: true };
/** A command was rejected. A rejected room of `hello`, which has no command id, has `roomId` instead of `id`. */
export type ErrorReply = {
  type: 'error';
  id?: string;
  roomId?: number;
  code: ErrorCode;
  message: string;
  retryAfterMs?: number;
};
/** A person is typing. It counts for TYPING_SHOWN_MS, or until their next message. */
export type TypingEvent = { type: 'typing'; roomId: number; userId: number; username: string };
/**
 * A person's presence changed. The server sends it to the members of common rooms of at most PRESENCE_ROOM_MAX members. The
 * person's own connections get it when the person goes away, or comes back, by command.
 */
export type PresenceEvent = { type: 'presence'; userId: number; username: string } & Presence;
/**
 * A person has another display name, or none any more. Sent like PresenceEvent, and to the person's own connections. It is in no
 * room's order.
 */
export type ProfileEvent = { type: 'profile'; userId: number; username: string; displayName?: string };
/** The caller started or stopped ignoring a person, on any of the caller's devices. */
export type IgnoreEvent = { type: 'ignore'; userId: number; username: string; on: boolean };
/** The caller's read mark moved, on another of the caller's devices. */
export type ReadEvent = { type: 'read'; roomId: number; seq: number };
/** The caller changed their settings for a room, on any of the caller's devices. */
export type SettingsEvent = { type: 'settings'; roomId: number } & RoomSettings;
/** For moderators of the room: a report was filed, closed or reopened. */
export type ReportEvent = { type: 'report'; roomId: number; report: Report };
/** Somebody asks the caller to enter a room. `on` is false once the request was answered, on any of the caller's devices. */
export type RequestEvent = { type: 'request'; roomId: number; on: boolean };
/** For owners of the closed room `roomId`: the open room `namesakeId` got the same name [C11]. */
export type NamesakeEvent = { type: 'namesake'; roomId: number; namesakeId: number };
/** The subscription has caught up to `head`. Later events follow as they happen. */
export type Live = { type: 'live'; roomId: number; head: number };
/** The cursor cannot be resumed: drop the copy of this room and read its history again [R2]. */
export type Reset = { type: 'reset'; roomId: number; head: number; reason: ResetReason };
/** `epoch`: another history. `ahead`: above the room's head. `behind`: more than RESUME_MAX_EVENTS behind. */
export type ResetReason = 'epoch' | 'ahead' | 'behind';
/** A heartbeat. `heads`: the head of each subscribed room that changed since the last ping [R3]. */
export type Ping = { type: 'ping'; t: number; heads?: Record<string, number> };
/** The server is about to close the connection, with this close code. */
export type Bye = { type: 'bye'; code: number; reason: string; retryAfterMs: number };

/** Any event. */
export type ServerEvent =
  | RoomEvent
  | Welcome
  | Ok
  | ErrorReply
  | TypingEvent
  | PresenceEvent
  | ProfileEvent
  | IgnoreEvent
  | ReadEvent
  | ReportEvent
  | RequestEvent
  | NamesakeEvent
  | SettingsEvent
  | Live
  | Reset
  | Ping
  | Bye;

/** Whether an event has a place in a room's order. True also for room events of a type that this version does not know. */
export function isRoomEvent(event: ServerEvent): event is RoomEvent {
  return 'seq' in event && 'userId' in event;
}

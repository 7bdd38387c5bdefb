/** The kinds of room events, and everything that code decides by kind. */
import type { RoomEvent, RoomEventType } from './events.ts';

/** The facts about one kind of event that the store, the hub and clients decide by. */
type EventKind<E extends RoomEvent> = {
  /** The meaning of the event's `target`: the seq of an earlier message, or the id of an account. Null: no target. */
  target: TargetOf<E>;
  /** The part of the message at `target` that the event changes. Copies of a changed text are out of date. Null: none. */
  changes: (TargetOf<E> extends 'message' ? 'text' | 'reactions' : never) | null;
  /** The person who may no longer read the room after this event [A3]: its actor, its target, or nobody. */
  shutsOut: 'actor' | (TargetOf<E> extends 'account' ? 'target' : never) | null;
  /**
   * Whether the store writes the event into the audit log. `first`: only as the first event of a room, which creates it
   * (direct rooms excepted). `others`: only if another person than the actor wrote the message.
   */
  audited: boolean | 'first' | 'others';
};

type TargetOf<E extends RoomEvent> = E extends { targetUsername: string }
  ? 'account'
  : E extends { target: number }
    ? 'message'
    : null;

/** Every kind of room event. A new kind does not compile until each of its fields is decided here. */
export const EVENT_KINDS = {
  message: { target: null, changes: null, shutsOut: null, audited: false },
  edit: { target: 'message', changes: 'text', shutsOut: null, audited: false },
  delete: { target: 'message', changes: 'text', shutsOut: null, audited: 'others' },
  react: { target: 'message', changes: 'reactions', shutsOut: null, audited: false },
  join: { target: null, changes: null, shutsOut: null, audited: 'first' },
  leave: { target: null, changes: null, shutsOut: 'actor', audited: false },
  role: { target: 'account', changes: null, shutsOut: null, audited: true },
  kick: { target: 'account', changes: null, shutsOut: 'target', audited: true },
  ban: { target: 'account', changes: null, shutsOut: 'target', audited: true },
  unban: { target: 'account', changes: null, shutsOut: null, audited: true },
  mute: { target: 'account', changes: null, shutsOut: null, audited: true },
  slow: { target: null, changes: null, shutsOut: null, audited: true },
  topic: { target: null, changes: null, shutsOut: null, audited: true },
  rename: { target: null, changes: null, shutsOut: null, audited: true },
  archive: { target: null, changes: null, shutsOut: null, audited: true },
  restore: { target: null, changes: null, shutsOut: null, audited: true },
} as const satisfies { [K in RoomEventType]: EventKind<Extract<RoomEvent, { type: K }>> };

type Kinds = typeof EVENT_KINDS;

/** The types of events that change an earlier message. */
export type AmendmentType = {
  [K in RoomEventType]: Kinds[K]['changes'] extends null ? never : K;
}[RoomEventType];
/** The types of events that act on a person. */
export type PersonalType = {
  [K in RoomEventType]: Kinds[K]['target'] extends 'account' ? K : never;
}[RoomEventType];

/** An event that changes an earlier message: `target` is that message's seq. */
export type Amendment = Extract<RoomEvent, { type: AmendmentType }>;
/** An event that is neither a message nor a change of one. */
export type NoticeEvent = Exclude<RoomEvent, { type: 'message' | AmendmentType }>;

/** Every type of room event. */
export const EVENT_TYPES = Object.keys(EVENT_KINDS) as RoomEventType[];

/** Every type of notice, in the table's order. */
export const NOTICE_TYPES = EVENT_TYPES.filter(
  (type) => type !== 'message' && EVENT_KINDS[type].changes === null,
);

/** Every type that acts on a person, in the table's order. */
export const PERSONAL_TYPES = EVENT_TYPES.filter((type) => EVENT_KINDS[type].target === 'account');

/** Whether an event changes an earlier message. False for a type that this version does not know. */
export function isAmendment(event: RoomEvent): event is Amendment {
  return (EVENT_KINDS[event.type]?.changes ?? null) !== null;
}

/** Whether an event is neither a message nor a change of one. False for a type that this version does not know. */
export function isNotice(event: RoomEvent): event is NoticeEvent {
  return NOTICE_TYPES.includes(event.type);
}

/** Whether an event or a change of this type acts on a person, so that its `target` names an account. */
export function isPersonal<E extends { type: string }>(
  event: E,
): event is Extract<E, { type: PersonalType }> {
  return EVENT_KINDS[event.type as RoomEventType]?.target === 'account';
}

/** Whether an event changes the text of an earlier message: copies of older events must be read again. */
export function changesEarlier(event: RoomEvent): boolean {
  return EVENT_KINDS[event.type]?.changes === 'text';
}

/** Returns the id of the person whom an event shuts out of its room: they receive nothing above its seq [A3]. Null: nobody. */
export function fencedUserId(event: RoomEvent): number | null {
  const shutsOut = EVENT_KINDS[event.type]?.shutsOut;
  if (shutsOut === 'actor') return event.userId;
  return shutsOut === 'target' ? (event as Extract<RoomEvent, { type: PersonalType }>).target : null;
}

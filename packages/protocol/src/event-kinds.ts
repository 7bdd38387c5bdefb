/** The kinds of room events, and everything that code decides by kind. */
import type { RoomEvent, RoomEventType } from './events.ts';

/** The facts about one kind of event that the store, the hub and clients decide by. */
type EventKind<E extends RoomEvent> = {
  /** The meaning of the event's `target`: the seq of an earlier message, or the id of an account. Null: no target. */
  target: TargetOf<E>;
  /** Whether the kind replaces or removes the text of its target. Copies of that message are then out of date. */
  changesText: E extends { target: number; targetUsername?: never } ? boolean : false;
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
  message: { target: null, changesText: false, shutsOut: null, audited: false },
  edit: { target: 'message', changesText: true, shutsOut: null, audited: false },
  delete: { target: 'message', changesText: true, shutsOut: null, audited: 'others' },
  react: { target: 'message', changesText: false, shutsOut: null, audited: false },
  join: { target: null, changesText: false, shutsOut: null, audited: 'first' },
  leave: { target: null, changesText: false, shutsOut: 'actor', audited: false },
  role: { target: 'account', changesText: false, shutsOut: null, audited: true },
  kick: { target: 'account', changesText: false, shutsOut: 'target', audited: true },
  ban: { target: 'account', changesText: false, shutsOut: 'target', audited: true },
  unban: { target: 'account', changesText: false, shutsOut: null, audited: true },
  mute: { target: 'account', changesText: false, shutsOut: null, audited: true },
  slow: { target: null, changesText: false, shutsOut: null, audited: true },
  topic: { target: null, changesText: false, shutsOut: null, audited: true },
  rename: { target: null, changesText: false, shutsOut: null, audited: true },
  archive: { target: null, changesText: false, shutsOut: null, audited: true },
  restore: { target: null, changesText: false, shutsOut: null, audited: true },
} as const satisfies { [K in RoomEventType]: EventKind<Extract<RoomEvent, { type: K }>> };

type Kinds = typeof EVENT_KINDS;
type TypesWith<T extends EventTarget> = {
  [K in RoomEventType]: Kinds[K]['target'] extends T ? K : never;
}[RoomEventType];

/** The things that an event's `target` can name. */
export type EventTarget = 'message' | 'account';
/** The types of events about an earlier message. */
export type AmendmentType = TypesWith<'message'>;
/** The types of events that act on a person. */
export type PersonalType = TypesWith<'account'>;

/** An event about an earlier message: `target` is that message's seq. */
export type Amendment = Extract<RoomEvent, { type: AmendmentType }>;
/** An event that is neither a message nor about one. */
export type NoticeEvent = Exclude<RoomEvent, { type: 'message' | AmendmentType }>;

/** Every type of room event. */
export const EVENT_TYPES = Object.keys(EVENT_KINDS) as RoomEventType[];

/** Returns the types whose `target` names this, in the table's order. */
export function eventTypesWithTarget(target: EventTarget): RoomEventType[] {
  return EVENT_TYPES.filter((type) => EVENT_KINDS[type].target === target);
}

/** Whether an event is about an earlier message. False for a type that this version does not know. */
export function isAmendment(event: RoomEvent): event is Amendment {
  return EVENT_KINDS[event.type]?.target === 'message';
}

/** Whether an event is neither a message nor about one. False for a type that this version does not know. */
export function isNotice(event: RoomEvent): event is NoticeEvent {
  return Object.hasOwn(EVENT_KINDS, event.type) && event.type !== 'message' && !isAmendment(event);
}

/** Whether an event or a change of this type acts on a person, so that its `target` names an account. */
export function isPersonal<E extends { type: string }>(
  event: E,
): event is Extract<E, { type: PersonalType }> {
  return EVENT_KINDS[event.type as RoomEventType]?.target === 'account';
}

/** Whether an event changes the text of an earlier message: copies of older events must be read again. */
export function changesEarlier(event: RoomEvent): boolean {
  return EVENT_KINDS[event.type]?.changesText === true;
}

/** Returns the id of the person whom an event shuts out of its room: they receive nothing above its seq [A3]. Null: nobody. */
export function fencedUserId(event: RoomEvent): number | null {
  const shutsOut = EVENT_KINDS[event.type]?.shutsOut;
  if (shutsOut === 'actor') return event.userId;
  return shutsOut === 'target' ? (event as Extract<RoomEvent, { type: PersonalType }>).target : null;
}

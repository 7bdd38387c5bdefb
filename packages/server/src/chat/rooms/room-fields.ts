/** The fields of a room that callers give: their types and their checks. */
import { ROOM_NAME_PATTERN, ROOM_NAME_RULE, SLOW_MAX_SECONDS, TOPIC_MAX_CHARS } from '@banter/protocol';
import { checkLine, invalidField } from '../fields.ts';

/** The fields of a new room; open and without a topic by default. */
export type NewRoomInput = { name: string; kind?: 'open' | 'closed' | undefined; topic?: string | undefined };

/** The fields to change; an absent field stays as it is. */
export type RoomUpdate = {
  name?: string | undefined;
  topic?: string | undefined;
  /** The wait between two messages of a member, up to SLOW_MAX_SECONDS; 0 ends slow mode. */
  slowSeconds?: number | undefined;
};

/** One change of a room. Each becomes an event. */
type RoomChange =
  | { type: 'rename'; name: string }
  | { type: 'topic'; topic: string }
  | { type: 'slow'; seconds: number };

/** Returns the changes of an update, all of them checked. @throws ChatError invalid. */
export function changesOf({ name, topic, slowSeconds }: RoomUpdate): RoomChange[] {
  return [
    ...(name === undefined ? [] : [{ type: 'rename', name: checkName(name) } as const]),
    ...(topic === undefined ? [] : [{ type: 'topic', topic: checkTopic(topic) } as const]),
    ...(slowSeconds === undefined ? [] : [{ type: 'slow', seconds: checkSlowMode(slowSeconds) } as const]),
  ];
}

function checkSlowMode(seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= SLOW_MAX_SECONDS) return seconds;
  throw invalidField('slowSeconds', `slowSeconds must be a whole number from 0 (off) to ${SLOW_MAX_SECONDS}`);
}

/** Returns the name of a room. @throws ChatError invalid. */
export function checkName(name: string): string {
  if (ROOM_NAME_PATTERN.test(name)) return name;
  throw invalidField('name', `a room's name has ${ROOM_NAME_RULE}`);
}

/** Returns the topic of a room. @throws ChatError invalid. */
export function checkTopic(topic: string): string {
  return checkLine(topic, 'topic', TOPIC_MAX_CHARS);
}

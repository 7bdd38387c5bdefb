/** Decodes commands: only servers need this. Validation is written by hand, because it runs for every frame. */
import type { Command, CommandOf, Op, RoomCursor } from './commands.ts';
import { EMOJI_RULE, isEmoji } from './emoji.ts';
import { JSON_MAX_DEPTH } from './limits.ts';
import { COMMAND_ID_PATTERN, COMMAND_ID_RULE } from './text.ts';

/** A decoded command, or the problem with the frame. `id`: the frame's command id, if it has a valid one, for the answer. */
export type Decoded = { ok: true; command: Command } | { ok: false; problem: string; id?: string };

/**
 * Decodes one client frame. Rejects a frame that is not a JSON object, nests deeper than JSON_MAX_DEPTH or has an unknown
 * `op`, and a frame with a missing, unknown or invalid field [L1]. Never throws.
 */
export function decodeCommand(frame: string): Decoded {
  const text = withoutMark(frame);
  if (exceedsDepth(text, JSON_MAX_DEPTH))
    return reject(`JSON is nested deeper than ${JSON_MAX_DEPTH} levels`);
  const object = parseObject(text);
  if (object === null) return reject('a frame must be one JSON object');
  const { op } = object;
  if (typeof op !== 'string' || !Object.hasOwn(FIELDS, op)) {
    return reject(`op must be one of ${OPS.join(', ')}`, object);
  }
  const problem = checkFields(object, FIELDS[op as Op]);
  return problem === null ? { ok: true, command: object as Command } : reject(`${op}: ${problem}`, object);
}

/** Returns a text without the byte order mark that some programs write before it. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Whether brackets outside of strings nest deeper than `max`. Reads only the text, because JSON.parse accepts depths that
 * make later steps (JSON.stringify, recursion) throw.
 */
export function exceedsDepth(text: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      if (++depth > max) return true;
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Longest part of an unknown field's name that the answer repeats. */
const NAME_SHOWN_CHARS = 40;

type Fields = Record<string, unknown>;
type FieldRule = { is: (value: unknown) => boolean; must: string; optional?: true };
type RulesOf<C> = { [K in Exclude<keyof C, 'op'>]-?: FieldRule };

const ID: FieldRule = { is: isId, must: `be ${COMMAND_ID_RULE}` };
const ROOM_ID: FieldRule = { is: isPositive, must: 'be a whole number from 1' };
const SEQ: FieldRule = { is: isCount, must: 'be a whole number from 0' };
const SEQ_OF_EVENT: FieldRule = ROOM_ID;
const KIND: FieldRule = { is: (value) => value === 'me', must: 'be "me"' };
const EMOJI: FieldRule = { is: isEmoji, must: EMOJI_RULE };
const FLAG: FieldRule = { is: (value) => typeof value === 'boolean', must: 'be true or false' };
const TEXT: FieldRule = { is: isText, must: 'be text' };
const TIME: FieldRule = { is: Number.isFinite, must: 'be a number' };
const CURSORS: FieldRule = { is: isCursors, must: 'be a list of {roomId, after?, epoch?}' };

const CURSOR_FIELDS: RulesOf<RoomCursor> = { roomId: ROOM_ID, after: optional(SEQ), epoch: optional(TEXT) };

const FIELDS: { [K in Op]: RulesOf<CommandOf<K>> } = {
  hello: { token: TEXT, rooms: optional(CURSORS) },
  send: { id: ID, roomId: ROOM_ID, content: TEXT, replyTo: optional(SEQ_OF_EVENT), kind: optional(KIND) },
  edit: { id: ID, roomId: ROOM_ID, seq: SEQ_OF_EVENT, content: TEXT },
  delete: { id: ID, roomId: ROOM_ID, seq: SEQ_OF_EVENT },
  react: { id: ID, roomId: ROOM_ID, seq: SEQ_OF_EVENT, emoji: EMOJI, on: FLAG },
  subscribe: { id: ID, ...CURSOR_FIELDS },
  unsubscribe: { id: ID, roomId: ROOM_ID },
  read: { roomId: ROOM_ID, seq: SEQ },
  typing: { roomId: ROOM_ID },
  away: { id: ID, on: FLAG, message: optional(TEXT) },
  auth: { id: ID, token: TEXT },
  pong: { t: TIME },
};

/** Every op, in the order of FIELDS. */
export const OPS = Object.keys(FIELDS) as Op[];

function checkFields(frame: Fields, rules: Record<string, FieldRule>): string | null {
  for (const name in rules) {
    const rule = rules[name] as FieldRule;
    const value = frame[name];
    if (value === undefined ? !rule.optional : !rule.is(value)) return `${name} must ${rule.must}`;
  }
  for (const name of Object.keys(frame)) {
    if (name !== 'op' && !Object.hasOwn(rules, name))
      return `unknown field ${JSON.stringify(name.slice(0, NAME_SHOWN_CHARS))}`;
  }
  return null;
}

function optional(rule: FieldRule): FieldRule {
  return { ...rule, optional: true };
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function reject(problem: string, frame?: Fields): Decoded {
  return frame && isId(frame.id) ? { ok: false, problem, id: frame.id } : { ok: false, problem };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && COMMAND_ID_PATTERN.test(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isCursors(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((item) => isObject(item) && checkFields(item, CURSOR_FIELDS) === null)
  );
}

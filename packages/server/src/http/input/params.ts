/** The path parameters. A name means the same in every route. */
import { ChatError, EMOJI_RULE, isEmoji } from '@banter/protocol';
import type { z } from 'zod';
import { id, text } from '../schemas/schemas.ts';

type Param<T> = {
  schema: z.ZodType<T>;
  /** @throws ChatError not_found for a value that cannot name anything. */
  read: (given: string, name: string) => T;
};

const ID: Param<number> = { schema: id, read: readId };
const NAME: Param<string> = { schema: text, read: readText };

const EMOJI: Param<string> = { schema: text, read: readEmoji };

/** Every parameter, by name. */
export const PARAMS = {
  roomId: ID,
  seq: ID,
  code: NAME,
  emoji: EMOJI,
  reportId: ID,
  sessionId: ID,
  banId: ID,
  tokenId: ID,
  userId: ID,
  username: NAME,
} as const;

/** The name of a path parameter. */
export type ParamName = keyof typeof PARAMS;

/** The values of a path's parameters, by name, as a handler gets them. */
export type ParamsOf<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { [K in Name & ParamName]: z.output<(typeof PARAMS)[K]['schema']> } & ParamsOf<Rest>
  : unknown;

/** Returns the names of a path's parameters. @throws TypeError for an unknown one. */
export function paramNames(path: string): ParamName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    if (Object.hasOwn(PARAMS, name)) return name as ParamName;
    throw new TypeError(`${path}: add ${name} to params.ts`);
  });
}

/** Reads an id from a path: a whole number from 1. @throws ChatError not_found. */
export function readId(given: string, name: string): number {
  const value = Number(given);
  // Each number has one spelling, so each thing has one URL: 01, 1e3 and 0x10 are rejected.
  if (Number.isSafeInteger(value) && /^[1-9]\d*$/.test(given)) return value;
  throw new ChatError('not_found', `${name} must be a whole number from 1`);
}

/** Reads a text that the store can hold from a path. @throws ChatError not_found. */
function readText(given: string, name: string): string {
  if (text.safeParse(given).success) return given;
  throw new ChatError('not_found', `${name} must be valid Unicode without U+0000`);
}

/** Reads one emoji from a path. @throws ChatError not_found. */
function readEmoji(given: string, name: string): string {
  if (isEmoji(given)) return given;
  throw new ChatError('not_found', `${name} must ${EMOJI_RULE}`);
}

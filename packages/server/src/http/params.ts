/** What may stand in a path between braces: one name means one thing in every call. */
import { ChatError, EMOJI_RULE, isEmoji } from '@banter/protocol';
import type { z } from 'zod';
import { id, text } from './schemas/schemas.ts';

type Param<T> = {
  schema: z.ZodType<T>;
  /** @throws ChatError not_found: what is no such value names nothing. */
  read: (given: string, name: string) => T;
};

const ID: Param<number> = { schema: id, read: readId };
const NAME: Param<string> = { schema: text, read: readText };

const EMOJI: Param<string> = { schema: text, read: readEmoji };

/** Every parameter, by its name. */
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

export type ParamName = keyof typeof PARAMS;

/** The parameters of a path, by name, as a handler gets them. */
export type ParamsOf<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { [K in Name & ParamName]: z.output<(typeof PARAMS)[K]['schema']> } & ParamsOf<Rest>
  : unknown;

/** The names of a path's parameters. @throws TypeError for one that is not in the table. */
export function paramNames(path: string): ParamName[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => {
    if (Object.hasOwn(PARAMS, name)) return name as ParamName;
    throw new TypeError(`${path}: params.ts knows no ${name}`);
  });
}

/** A positive number out of the path. @throws ChatError not_found. */
export function readId(given: string, name: string): number {
  const value = Number(given);
  // One number has one spelling, and so one address: not 01, 1e3 or 0x10.
  if (Number.isSafeInteger(value) && /^[1-9]\d*$/.test(given)) return value;
  throw new ChatError('not_found', `${name} must be a whole number from 1`);
}

/** A text out of the path, such as the store can hold. @throws ChatError not_found. */
function readText(given: string, name: string): string {
  if (text.safeParse(given).success) return given;
  throw new ChatError('not_found', `${name} must be valid Unicode without U+0000`);
}

/** One emoji out of the path. @throws ChatError not_found. */
function readEmoji(given: string, name: string): string {
  if (isEmoji(given)) return given;
  throw new ChatError('not_found', `${name} must ${EMOJI_RULE}`);
}

/** Turns failures into sentences for people. */
import type { ChatError } from '@banter/protocol';
import { asSentence } from './format.ts';

/** The message of any error or rejected value, as a sentence. */
export function problemText(error: unknown): string {
  return asSentence(error instanceof Error ? error.message : String(error));
}

/** The server's message about one field of a rejected form, as a sentence; null when it names no such field. */
export function fieldProblem(error: ChatError, field: string): string | null {
  const message = error.fields?.find((each) => each.field === field)?.message;
  return message === undefined ? null : asSentence(message);
}

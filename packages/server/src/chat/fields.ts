/** Fields of what people send: what several acts check alike, and how a wrong one is refused. */
import { ChatError, checkText, type ErrorCode, type FieldError, REASON_MAX_CHARS } from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** A refusal that names its field. */
export function refusedField(code: ErrorCode, field: string, message: string): ChatError {
  return new ChatError(code, message, { fields: [{ field, message }] });
}

/** The same for a field that is wrong in itself. */
export function invalidField(field: string, message: string): ChatError {
  return refusedField('invalid', field, message);
}

/** Refuses all fields that are wrong at once; the first one's message says it for those who read no fields. @throws ChatError invalid. */
export function refuseFields(wrong: FieldError[]): void {
  const [first] = wrong;
  if (first) throw new ChatError('invalid', first.message, { fields: wrong });
}

/** A text that may be empty, in one line. @param maxChars in code points. @throws ChatError invalid. */
export function checkLine(raw: string, field: string, maxChars: number): string {
  const checked = checkText(raw, { mayBeEmpty: true, maxChars, field });
  if (checked.ok) return checked.text.replaceAll('\n', ' ');
  throw invalidField(field, checked.problem);
}

/** Why something is done to somebody, in one line. @throws ChatError invalid. */
export function checkReason(raw: string): string {
  return checkLine(raw, 'reason', REASON_MAX_CHARS);
}

/** The end of what is done for a time. @param until ISO 8601. @throws ChatError invalid for one that is over. */
export function checkUntil(until: string, clock: Pick<Clock, 'wall'>): Date {
  const end = new Date(until);
  if (end.getTime() > clock.wall()) return end;
  throw invalidField('until', 'until must be a time to come');
}

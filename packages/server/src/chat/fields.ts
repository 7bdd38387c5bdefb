/** Checks of fields that several acts share, and the errors for wrong ones. */
import { ChatError, checkText, type ErrorCode, type FieldError, REASON_MAX_CHARS } from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** An error that names its field. */
export function rejectedField(code: ErrorCode, field: string, message: string): ChatError {
  return new ChatError(code, message, { fields: [{ field, message }] });
}

/** The error `invalid` for one field. */
export function invalidField(field: string, message: string): ChatError {
  return rejectedField('invalid', field, message);
}

/**
 * Rejects all wrong fields in one error; does nothing for an empty list. The error's message is that of the first field.
 * @throws ChatError invalid.
 */
export function rejectFields(wrong: readonly FieldError[]): void {
  const [first] = wrong;
  if (first) throw new ChatError('invalid', first.message, { fields: [...wrong] });
}

/** Returns a text as one line; it may be empty. @param maxChars in code points. @throws ChatError invalid. */
export function checkLine(raw: string, field: string, maxChars: number): string {
  const checked = checkText(raw, { mayBeEmpty: true, maxChars, field });
  if (checked.ok) return checked.text.replaceAll('\n', ' ');
  throw invalidField(field, checked.problem);
}

/** Returns the reason of a moderator's act as one line. @throws ChatError invalid. */
export function checkReason(raw: string): string {
  return checkLine(raw, 'reason', REASON_MAX_CHARS);
}

/** Returns the end of a ban or mute. @param until ISO 8601. @throws ChatError invalid for a time in the past. */
export function checkUntil(until: string, clock: Pick<Clock, 'wall'>): Date {
  const end = new Date(until);
  if (end.getTime() > clock.wall()) return end;
  throw invalidField('until', 'until must be in the future');
}

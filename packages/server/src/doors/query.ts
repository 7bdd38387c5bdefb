/** Reads the query of a URL: each parameter once, and each number in one spelling. */
import { ChatError } from '@banter/protocol';

/** A whole number as a query may spell it: no plus sign, no exponent, no fraction, no leading zero, nothing around it. */
const WHOLE_NUMBER = /^(?:0|-?[1-9]\d*)$/;

/**
 * Returns the parameters of a query.
 * @param search the part of a URL after the path, with its `?`; may be empty.
 * @throws ChatError invalid, naming the parameter, for one that is given twice or not encoded as UTF-8.
 */
export function queryFields(search: string): Record<string, string> {
  const fields = new Map<string, string>();
  for (const part of search.replace(/^\?/, '').split('&')) {
    if (part === '') continue;
    const end = part.includes('=') ? part.indexOf('=') : part.length;
    const name = decode(part.slice(0, end), part.slice(0, end));
    if (fields.has(name)) throw invalid(name, 'is given twice: give it once');
    fields.set(name, decode(part.slice(end + 1), name));
  }
  return Object.fromEntries(fields);
}

/** Whether a text is a whole number in its one spelling. */
export function isWholeNumber(text: string): boolean {
  return WHOLE_NUMBER.test(text);
}

/** Returns the error for a wrong parameter. */
export function invalid(field: string, message: string): ChatError {
  return new ChatError('invalid', `${field}: ${message}`, { fields: [{ field, message }] });
}

function decode(text: string, name: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalid(name, 'is not encoded as UTF-8 with percent signs');
  }
}

/** Turns a schema's issues into messages for API users. Zod's own messages are written for its programmers. */
import type { z } from 'zod';

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** Returns the message for an issue that has none of its own; undefined keeps Zod's. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      return `${issue.path?.length ? '' : 'the body '}must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${joinWithOr(issue.values)}`;
    case 'too_small':
      if (issue.inclusive === false) return `must be more than ${issue.minimum}`;
      return `must ${verbFor(issue.origin)} at least ${issue.minimum}${unitFor(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `must ${verbFor(issue.origin)} at most ${issue.maximum}${unitFor(issue.origin, issue.maximum)}`;
    case 'invalid_format':
      return issue.format === 'datetime' ? 'must be a time such as 2026-01-31T08:00:00Z' : undefined;
    default:
      return undefined;
  }
}

const UNITS: Record<string, string> = { string: 'character', array: 'entry' };

function verbFor(origin: string): string {
  return UNITS[origin] === undefined ? 'be' : 'have';
}

function unitFor(origin: string, count: number | bigint): string {
  const unit = UNITS[origin];
  if (unit === undefined) return '';
  return Number(count) === 1 ? ` ${unit}` : ` ${unit === 'entry' ? 'entries' : `${unit}s`}`;
}

function joinWithOr(values: readonly unknown[]): string {
  const words = values.map(String);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

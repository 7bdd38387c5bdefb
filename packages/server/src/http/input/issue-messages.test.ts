import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeIssue } from './issue-messages.ts';

const BODY = z.strictObject({
  name: z.string().min(1).max(4).optional(),
  kind: z.enum(['open', 'closed', 'direct']).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  id: z.int().positive().optional(),
  scopes: z.array(z.string()).min(1).optional(),
  until: z.iso.datetime().optional(),
  content: z.string(),
  own: z.string('has a message of its own').optional(),
});

function messagesFor(body: object): string[] {
  const parsed = BODY.safeParse(body, { error: describeIssue });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
}

describe('the message for a request', () => {
  it.each([
    [{}, 'content is missing'],
    [{ content: 4 }, 'content must be a text'],
    [{ content: '', name: '' }, 'name must have at least 1 character'],
    [{ content: '', name: 'names' }, 'name must have at most 4 characters'],
    [{ content: '', kind: 'secret' }, 'kind must be open, closed or direct'],
    [{ content: '', limit: 'many' }, 'limit must be a number'],
    [{ content: '', limit: 1.5 }, 'limit must be a whole number'],
    [{ content: '', limit: '0' }, 'limit must be at least 1'],
    [{ content: '', limit: '201' }, 'limit must be at most 200'],
    [{ content: '', id: 0 }, 'id must be more than 0'],
    [{ content: '', scopes: 'read' }, 'scopes must be a list'],
    [{ content: '', scopes: [] }, 'scopes must have at least 1 entry'],
    [{ content: '', until: 'tomorrow' }, 'until must be a time such as 2026-01-31T08:00:00Z'],
    [{ content: '', own: 4 }, 'own has a message of its own'],
    [{ content: '', colour: 'red' }, ' Unrecognized key: "colour"'],
  ])('%j is: %s', (body, expected) => {
    expect(messagesFor(body)).toEqual([expected]);
  });
});

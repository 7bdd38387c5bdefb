import { expect, test } from 'vitest';
import { ChatError, ERRORS, isErrorCode } from './errors.ts';

test('only order_gap, rate_limited, quota_exceeded, overloaded and unavailable are retryable with the same id', () => {
  const retryable = Object.entries(ERRORS).flatMap(([code, row]) => (row.retryable ? [code] : []));
  expect(retryable).toEqual(['order_gap', 'rate_limited', 'quota_exceeded', 'overloaded', 'unavailable']);
});

test('an error without a detail has the title as its message', () => {
  const error = new ChatError('muted');
  expect(error).toMatchObject({ name: 'ChatError', code: 'muted', message: ERRORS.muted.title });
  expect(error).toMatchObject({ retryAfterMs: undefined, fields: undefined });
  expect('cause' in error).toBe(false);
});

test('an error carries its detail, its fields, its delay and its cause', () => {
  const fields = [{ field: 'name', message: 'is taken' }];
  const error = new ChatError('conflict', 'the name is taken', { retryAfterMs: 7, fields, cause: 'why' });
  expect(error).toMatchObject({ message: 'the name is taken', retryAfterMs: 7, fields, cause: 'why' });
});

test('isErrorCode accepts the codes of the table and nothing else', () => {
  expect(Object.keys(ERRORS).every(isErrorCode)).toBe(true);
  for (const value of ['', 'INVALID', 'toString', '__proto__', 400, null, undefined, {}]) {
    expect(isErrorCode(value)).toBe(false);
  }
});

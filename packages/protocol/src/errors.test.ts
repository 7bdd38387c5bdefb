import { expect, test } from 'vitest';
import { ChatError, ERROR_STATUSES, ERRORS, type ErrorCode, isErrorCode } from './errors.ts';

const STATUSES: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_member: 403,
  muted: 403,
  not_found: 404,
  conflict: 409,
  idempotency_conflict: 409,
  order_gap: 409,
  too_large: 413,
  unsupported_media_type: 415,
  upgrade_required: 426,
  rate_limited: 429,
  quota_exceeded: 429,
  internal: 500,
  overloaded: 503,
  unavailable: 503,
};

test('the error codes and their HTTP statuses are exactly those of the contract', () => {
  expect(ERROR_STATUSES).toEqual(STATUSES);
});

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

import { COMMAND_ID_PATTERN } from '@banter/protocol';
import { expect, it } from 'vitest';
import { createCommandId } from './command-id.ts';

it('returns unique ids of 22 characters that the contract allows', () => {
  const ids = Array.from({ length: 2_000 }, createCommandId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    expect(id).toHaveLength(22);
    expect(id).toMatch(COMMAND_ID_PATTERN);
  }
});

import { expect, it } from 'vitest';
import { addresseeOf } from './addressee.ts';

it('a leading name is the addressee only when somebody has it', () => {
  const known = new Set(['mira']);
  expect(addresseeOf('Mira: look', known)).toBe('Mira');
  expect(addresseeOf('mira, look', known)).toBe('mira');
  expect(addresseeOf('note: look', known)).toBeNull();
  expect(addresseeOf('mira look', known)).toBeNull();
});

import { expect, it } from 'vitest';
import { faultySentences } from './prose.mjs';

it.each([
  'What the caller may see.',
  'Stores a message. Who sends it, is its author.',
  'Of those that wait, the oldest goes first.',
  'Reads the page anew.',
  'An idle room brings nothing.',
])('finds %s', (text) => {
  expect(faultySentences(text)).toHaveLength(1);
});

it.each([
  'Returns the rooms that the caller may see.',
  'What happens then? The room answers.',
  'Where next',
  'Returns `what stands` as it is.',
])('accepts %s', (text) => {
  expect(faultySentences(text)).toEqual([]);
});

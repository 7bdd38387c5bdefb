import { expect, it } from 'vitest';
import { isNamed } from './name-match.ts';

it.each(['luk', '@luk', ' luk', '＠ＬＵＫ', 'Łuk', 'oys', 'cal'])('a person is found by %j', (begin) => {
  expect(isNamed({ username: 'cal', displayName: 'Łukasz Øystein' }, begin)).toBe(true);
});

it('a person is not found by the middle of a name', () => {
  expect(isNamed({ username: 'cal', displayName: 'Łukasz' }, 'kasz')).toBe(false);
});

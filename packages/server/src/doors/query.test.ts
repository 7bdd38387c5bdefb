import { expect, test } from 'vitest';
import { isWholeNumber, queryFields } from './query.ts';

test('each parameter of a query is read once, decoded', () => {
  expect(queryFields('')).toEqual({});
  expect(queryFields('?')).toEqual({});
  expect(queryFields('?after=1&q=caf%C3%A9+x&empty=&bare&=x')).toEqual({
    after: '1',
    q: 'café x',
    empty: '',
    bare: '',
    '': 'x',
  });
});

test.each([
  ['?after=1&after=2', 'after: is given twice'],
  ['?after=1&after=1', 'after: is given twice'],
  ['?after=1&%61fter=2', 'after: is given twice'],
  ['?__proto__=1&__proto__=2', '__proto__: is given twice'],
  ['?q=%', 'q: is not encoded'],
  ['?q=%E9', 'q: is not encoded'],
  ['?q=%ZZ', 'q: is not encoded'],
])('the query %s is rejected by name', (search, message) => {
  expect(() => queryFields(search)).toThrow(message);
});

test.each(['0', '1', '42', '-1'])('%j is a whole number', (text) => expect(isWholeNumber(text)).toBe(true));

test.each([
  '',
  ' ',
  '1 ',
  ' 1',
  '+1',
  '1e1',
  '0x10',
  '0b1',
  '1.0',
  '1.',
  '01',
  '-0',
  '1_000',
  '１',
  '1,2',
  'Infinity',
  'null',
])('%j is no whole number', (text) => expect(isWholeNumber(text)).toBe(false));

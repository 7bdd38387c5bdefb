import { describe, expect, it } from 'vitest';
import { directionOf, splitLeadingNames } from './leading-names.ts';

describe('the names at the beginning of a line from right to left', () => {
  it.each([
    ['@ada שלום', ['', '@ada ', 'שלום']],
    ['ada: مرحبا', ['', 'ada: ', 'مرحبا']],
    ['ada, שלום ada', ['', 'ada, ', 'שלום ada']],
    ['@ada @bob (שלום', ['', '@ada @bob ', '(שלום']],
    ['https://a.example/x שלום', ['', 'https://a.example/x ', 'שלום']],
    ['one\n@ada שלום\ntwo', ['one\n', '@ada ', 'שלום\ntwo']],
  ])('are found in %j', (text, parts) => {
    expect(splitLeadingNames(text)).toEqual(parts);
    expect(splitLeadingNames(text).join('')).toBe(text);
  });

  it.each(['@ada hello שלום', 'ada שלום', 'שלום @ada', '@ada\nשלום', '@ada', ''])('are not in %j', (text) => {
    expect(splitLeadingNames(text)).toEqual([text]);
    expect(directionOf(text)).toBe('auto');
  });

  it('give a field its direction when its text begins with them', () => {
    expect(directionOf('@ada שלום')).toBe('rtl');
    expect(directionOf('hi\n@ada שלום')).toBe('auto');
  });
});

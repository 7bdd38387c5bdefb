import { describe, expect, it } from 'vitest';
import { textParts } from './text-parts.ts';

const NAMES = { self: 'juno', addressee: null };

describe('text parts', () => {
  it('makes links of http and https addresses only', () => {
    const kinds = (text: string) => textParts(text, NAMES).map((part) => part.kind);
    expect(kinds('see https://a.example/b and http://c.example')).toEqual(['text', 'link', 'text', 'link']);
    expect(kinds('javascript:alert(1) data:text/html,x ftp://a.example')).toEqual(['text']);
  });

  it('leaves the end of the sentence out of the address', () => {
    const link = (text: string) => textParts(text, NAMES).find((part) => part.kind === 'link')?.text;
    expect(link('(see https://a.example/b).')).toBe('https://a.example/b');
    expect(link('https://a.example/x_(y)')).toBe('https://a.example/x_(y)');
  });

  it('does not link an address that hides its host behind a user part', () => {
    expect(textParts('https://bank.example@evil.example/', NAMES)).toEqual([
      { kind: 'text', text: 'https://bank.example@evil.example/' },
    ]);
  });

  it('ends an address where a bidi control begins', () => {
    expect(textParts('https://a.example/\u202Egpj', NAMES)[0]).toEqual({
      kind: 'link',
      text: 'https://a.example/',
      href: 'https://a.example/',
    });
  });

  it('marks the own name and the addressee', () => {
    expect(textParts('mira: ask juno', { self: 'juno', addressee: 'mira' })).toEqual([
      { kind: 'addressee', text: 'mira' },
      { kind: 'text', text: ': ask ' },
      { kind: 'own-name', text: 'juno' },
    ]);
    expect(textParts('juno: hi', { self: 'juno', addressee: 'juno' })[0]?.kind).toBe('own-name');
  });

  it('loses no character of any text', () => {
    for (const text of [
      '',
      ' ',
      '<b>x</b>',
      'https://',
      'http://[',
      '@juno: juno,juno https://x.example/juno',
    ]) {
      const joined = textParts(text, NAMES).map((part) => part.text);
      expect(joined.join('')).toBe(text);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { textParts } from './text-parts.ts';

const NAMES = { self: 'juno', addressee: null };

describe('text parts', () => {
  it('marks the own name and the addressee', () => {
    expect(textParts('mira: ask juno', { self: 'juno', addressee: 'mira' })).toEqual([
      { kind: 'addressee', text: 'mira' },
      { kind: 'text', text: ': ask ' },
      { kind: 'own-name', text: 'juno' },
    ]);
    expect(textParts('@juno: hi', { self: 'juno', addressee: 'juno' })).toEqual([
      { kind: 'text', text: '@' },
      { kind: 'own-name', text: 'juno' },
      { kind: 'text', text: ': hi' },
    ]);
  });

  it('marks a name in any case, but not inside another word', () => {
    const own = (text: string) => textParts(text, NAMES).filter((part) => part.kind === 'own-name');
    expect(own('Juno, @JUNO and (juno).').map((part) => part.text)).toEqual(['Juno', '@JUNO', 'juno']);
    expect(own('@ju\u00adno!').map((part) => part.text)).toEqual(['@ju\u00adno']);
    expect(own('junos juno_k /home/juno/x juno@a.example')).toEqual([]);
  });

  it('loses no character of any text', () => {
    for (const text of ['', ' ', '<b>x</b>', '@juno: juno,juno juno.', 'juno']) {
      const joined = textParts(text, NAMES).map((part) => part.text);
      expect(joined.join('')).toBe(text);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { addresseeOf, namesUser } from './mentions.ts';

describe('mentions', () => {
  it('finds a name as a whole token in any case', () => {
    for (const text of ['juno', 'Juno: hi', 'ask @juno.', '(JUNO)', 'thanks, juno!', 'juno']) {
      expect(namesUser(text, 'juno'), text).toBe(true);
    }
  });

  it('does not find a name inside another one', () => {
    for (const text of ['junos', 'xjuno', 'juno_k', 'juno-k', 'juno.k', 'éjuno', '', 'jun o']) {
      expect(namesUser(text, 'juno'), text).toBe(false);
    }
  });

  it('finds no name in code', () => {
    expect(namesUser('`juno` and\n```\njuno\n```', 'juno')).toBe(false);
    expect(namesUser('`x` **juno**', 'juno')).toBe(true);
  });

  it('takes a leading name for the addressee only when somebody has it', () => {
    const known = new Set(['mira']);
    expect(addresseeOf('Mira: look', known)).toBe('Mira');
    expect(addresseeOf('mira, look', known)).toBe('mira');
    expect(addresseeOf('note: look', known)).toBeNull();
    expect(addresseeOf('mira look', known)).toBeNull();
  });
});

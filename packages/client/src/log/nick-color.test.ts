import { describe, expect, it } from 'vitest';
import { NICK_COLORS, nickColor } from './nick-color.ts';

/** Computed without this code: FNV-1a 32 of the UTF-8 of the folded name, mod 12. These values must never change. */
const VECTORS: [name: string, color: number][] = [
  ['juno', 11],
  ['mira', 10],
  ['hal', 10],
  ['odile', 2],
  ['edda', 7],
  ['a', 4],
  ['Z9', 4],
  ['under_score', 4],
  ['dash-ed', 1],
  ['dot.ted', 11],
  ['café', 1],
  ['アキラ', 7],
  ['', 1],
];

describe('nickColor', () => {
  it.each(VECTORS)('returns for %s the colour %i', (name, color) => {
    expect(nickColor(name)).toBe(color);
  });

  it('does not depend on case or Unicode form', () => {
    expect(nickColor('JUNO')).toBe(nickColor('juno'));
    expect(nickColor('caf\u00e9')).toBe(nickColor('cafe\u0301'));
    expect(nickColor('\uff4auno')).toBe(nickColor('juno'));
  });

  it('uses all colours about equally', () => {
    const counts = new Array(NICK_COLORS).fill(0);
    for (let i = 0; i < 12_000; i++) counts[nickColor(`person-${i}`)]++;
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1_200);
  });
});

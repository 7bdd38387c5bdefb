import { describe, expect, it } from 'vitest';
import { createCompletion, nickOrder } from './completion.ts';

const SOURCE = {
  nicks: ['mira', 'Marek', 'tobias'],
  rooms: ['lobby', 'starlight'],
  commands: ['join', 'topic'],
};

function complete(text: string, caret = text.length) {
  return createCompletion().next(text, caret, 1, SOURCE);
}

describe('completion', () => {
  it('adds a colon after a nick at the start of the line and a space elsewhere', () => {
    expect(complete('to')).toEqual({ text: 'tobias: ', caret: 8 });
    expect(complete('ask to')).toEqual({ text: 'ask tobias ', caret: 11 });
  });

  it('cycles forwards and backwards through the candidates, ignoring case', () => {
    const completion = createCompletion();
    const first = completion.next('m', 1, 1, SOURCE);
    expect(first?.text).toBe('mira: ');
    const second = completion.next('mira: ', 6, 1, SOURCE);
    expect(second?.text).toBe('Marek: ');
    expect(completion.next('Marek: ', 7, 1, SOURCE)?.text).toBe('mira: ');
    expect(completion.next('mira: ', 6, -1, SOURCE)?.text).toBe('Marek: ');
  });

  it('starts from the last candidate with Shift+Tab', () => {
    expect(createCompletion().next('m', 1, -1, SOURCE)?.text).toBe('Marek: ');
  });

  it('starts a new cycle when the text was changed in between', () => {
    const completion = createCompletion();
    completion.next('m', 1, 1, SOURCE);
    expect(completion.next('mira: to', 8, 1, SOURCE)?.text).toBe('mira: tobias ');
  });

  it('keeps the text after the cursor', () => {
    expect(complete('to, look', 2)).toEqual({ text: 'tobias: , look', caret: 8 });
  });

  it('completes rooms, commands and @nicks by their prefix', () => {
    expect(complete('see #st')?.text).toBe('see #starlight ');
    expect(complete('/to')?.text).toBe('/topic ');
    expect(complete('hey @ma')?.text).toBe('hey @Marek ');
    expect(complete('not /to')).toBeNull();
  });

  it('completes a username by the words of the display name, accents and case aside', () => {
    const source = { ...SOURCE, displayNames: new Map([['tobias', 'Jérémie Müller-Łoś']]) };
    for (const word of ['@Jér', '@jere', '@Je\u0301r', '@MUL', '@tob']) {
      expect(createCompletion().next(word, word.length, 1, source)?.text).toBe('@tobias ');
    }
    expect(createCompletion().next('Jeremie', 7, 1, source)?.text).toBe('tobias: ');
    expect(createCompletion().next('@rem', 4, 1, source)).toBeNull();
  });

  it.each([
    ['(@mi', '(@mira '],
    ['(mi', '(mira '],
    ['"mi', '"mira '],
    ['cc:@mi', 'cc:@mira '],
    ['hi,@mi', 'hi,@mira '],
    ['*@mi', '*@mira '],
    ['你好@mi', '你好@mira '],
    ['你好mi', '你好mira '],
    ['＠mi', '@mira '],
    ['＠ｍｉ', '@mira '],
    ['@mi\u200b', '@mira '],
    ['> mi', '> mira '],
    ['(#lo', '(#lobby '],
    ['＃lo', '#lobby '],
    ['／to', '/topic '],
  ])('starts where a mention can start: %s', (typed, completed) => {
    expect(complete(typed)?.text).toBe(completed);
  });

  it.each(['a@mi', 'a.example/@mi', '~/mi', '$mi', 'émi', 'a#lo', 'https://a.example/#lo'])(
    'leaves %s, which calls nobody',
    (typed) => {
      expect(complete(typed)).toBeNull();
    },
  );

  it('finds no candidate for an empty or unknown word', () => {
    expect(complete('')).toBeNull();
    expect(complete('hello ')).toBeNull();
    expect(complete('zzz')).toBeNull();
  });

  it('orders nicks by last speaker, then by presence, without the own one', () => {
    expect(nickOrder(['ann', 'bob', 'ann'], ['cid', 'bob', 'me'], 'me')).toEqual(['ann', 'bob', 'cid']);
  });
});

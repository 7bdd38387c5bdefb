import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTENT_MAX_CHARS } from './limits.ts';
import {
  COMMAND_ID_PATTERN,
  checkContent,
  checkText,
  countCodePoints,
  ROOM_NAME_PATTERN,
  USERNAME_PATTERN,
} from './text.ts';

/** Any UTF-16 text, often with unpaired surrogates and line ends. */
const utf16 = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
      fc.constantFrom(0x0a, 0x0d, 0x61),
    ),
  )
  .map((units) => String.fromCharCode(...units));
const SMILE = '\u{1F600}';

describe('the content of a message', () => {
  test.each([
    ['one character', 'x'],
    ['a single accent', '\u0301'],
    ['a single sign of private use', '\uE000'],
    ['8,000 characters', 'x'.repeat(CONTENT_MAX_CHARS)],
    ['8,000 characters of two UTF-16 units each', SMILE.repeat(CONTENT_MAX_CHARS)],
    ['control characters other than U+0000', 'x\u0001\u001b\u007f\u0085'],
    ['noncharacters and private-use characters', '\uFFFE\uFFFF\uE000\u{10FFFF}'],
    ['combining marks, without composing them', 'e\u0301 \u00e9'],
    ['right-to-left marks and zero-width joiners', '\u202e\u200d\u2066x'],
    ['tabs and line feeds', '\ta\n\nb\n'],
  ])('[S5] %s is stored unchanged', (_what, raw) => {
    expect(checkContent(raw)).toEqual({ ok: true, text: raw });
  });

  test.each([
    ['a\r\nb', 'a\nb'],
    ['a\rb', 'a\nb'],
    ['a\r\r\nb', 'a\n\nb'],
    ['\rb', '\nb'],
    ['a\n\rb', 'a\n\nb'],
  ])('[S5] line ends of %j become line feeds', (raw, text) => {
    expect(checkContent(raw)).toEqual({ ok: true, text });
  });

  test('[S5] content within the limit after normalising line ends is accepted', () => {
    const raw = `x${'\r\n'.repeat(CONTENT_MAX_CHARS - 1)}`;
    expect(checkContent(raw)).toEqual({ ok: true, text: raw.replaceAll('\r', '') });
  });

  test.each([
    ['empty text', '', /must not be empty/],
    ['a space', ' ', /visible/],
    ['line ends and tabs', '\r\n\t\n', /visible/],
    ['a wide space', '\u3000', /visible/],
    ['a zero-width space', '\u200b', /visible/],
    ['a Braille blank', '\u2800 \u2800', /visible/],
    ['fillers of Hangul', '\u3164\u115f\uffa0', /visible/],
    ['marks of direction and joiners', '\u202e\u200d\u2066', /visible/],
    ['tag letters', '\u{E0061}', /visible/],
    ['controls', '\u001b\u0007\u0085', /visible/],
    ['spaces up to the maximum', '\u00a0'.repeat(CONTENT_MAX_CHARS), /visible/],
    ['8,001 characters', 'x'.repeat(CONTENT_MAX_CHARS + 1), /at most 8000/],
    ['8,001 characters of two units', SMILE.repeat(CONTENT_MAX_CHARS + 1), /at most 8000/],
    ['U+0000', 'a\u0000b', /U\+0000/],
    ['a lone high surrogate', 'a\ud83d', /surrogate/],
    ['a lone low surrogate', '\ude00a', /surrogate/],
    ['a reversed surrogate pair', '\ude00\ud83d', /surrogate/],
  ])('[S5] %s is rejected, and the problem says why', (_what, raw, problem) => {
    expect(checkContent(raw)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  test('[S5] accepted content is accepted again, unchanged', () => {
    fc.assert(
      fc.property(utf16, (raw) => {
        const first = checkContent(raw);
        if (first.ok) expect(checkContent(first.text)).toEqual(first);
      }),
    );
  });
});

const TOPIC = { field: 'topic', mayBeEmpty: true, maxChars: 3 };

test("the problem of another field has that field's name and bounds", () => {
  expect(checkText('', TOPIC)).toEqual({ ok: true, text: '' });
  expect(checkText('four', TOPIC)).toEqual({
    ok: false,
    problem: 'topic must have at most 3 characters',
  });
});

test('code points are counted as JavaScript counts them', () => {
  fc.assert(
    fc.property(utf16, (text) => {
      expect(countCodePoints(text)).toBe([...text].length);
    }),
  );
});

describe('names and ids', () => {
  const cases: [string, RegExp, string[], string[]][] = [
    [
      'a username',
      USERNAME_PATTERN,
      ['ab', '0a', 'A_.-', 'x'.repeat(32)],
      ['', 'a', '_ab', '.ab', '-ab', 'a b', 'ab\n', 'äb', 'x'.repeat(33)],
    ],
    [
      "a room's name",
      ROOM_NAME_PATTERN,
      ['a', '0', 'a_.-', 'x'.repeat(32)],
      ['', '_a', '.a', '-a', 'a b', 'a\n', '#a', 'x'.repeat(33)],
    ],
    [
      'a command id',
      COMMAND_ID_PATTERN,
      ['01234567', 'a_b-c_d-', '-'.repeat(64)],
      ['', '0123456', '01234567\n', '0123456.', '01234567 ', 'x'.repeat(65)],
    ],
  ];

  test.each(cases)('%s has only the allowed characters and lengths', (_what, pattern, right, wrong) => {
    expect(right.filter((name) => !pattern.test(name))).toEqual([]);
    expect(wrong.filter((name) => pattern.test(name))).toEqual([]);
  });
});

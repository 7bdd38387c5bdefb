import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { USERNAME_PATTERN } from '../text.ts';
import { mentionTokens } from './mentions.ts';
import { MENTION_TOKENS_MAX, nameTokens } from './name-tokens.ts';

function names(content: string, name = 'ada'): boolean {
  return mentionTokens(content).names.includes(name);
}

describe('a name', () => {
  test.each([
    'ada',
    'Ada: hi',
    'ADA, hi',
    'ask @ada.',
    'ask ada...',
    '(ada)',
    '"ada"',
    "ada's",
    'ada’s',
    "'ada' and",
    '‘ada’',
    '„ada“',
    '»ada«',
    'ada‽',
    '‏ada‏',
    'a\u00adda',
    '\\> ada',
    '<ada> hi',
    'bob,ada',
    'ada-',
    'thanks, ada!',
    'yes — ada—and bob',
    '**ada**: look',
    '_@ada_ and ~~bob~~',
    'see [what ada wrote](https://a.example)',
    'adaさん、見て',
    '(ada)さん',
    'ada· bob',
    'ada*',
    'ada′s',
    'ada (here)',
    'ada🎉',
    'two\nada\nlines',
    '`code` ada `more`',
    '```\nnever closed by ada\n',
  ])('is found in %j', (content) => {
    expect(names(content)).toBe(true);
  });

  test.each([
    'adas',
    'xada',
    'éada',
    'adaé',
    'ada_k',
    'ada-k',
    'ada.lovelace',
    '_ada.k',
    'ada@a.example',
    'bob@ada',
    '@ada@a.example',
    '/home/ada/x',
    'C:\\ada\\x',
    './ada',
    '~ada/x',
    'https://a.example/ada',
    'https://ada.example and mailto:ada@a.example',
    'https://ada@a.example/',
    '--ada',
    '-ada',
    '$ada',
    '#ada',
    'x=ada',
    'ada=1',
    'ada:8080',
    'std::ada',
    'ada::x',
    'ada+x@a.example',
    '`ada`',
    '`` ` ada ` ``',
    '```\nada\n```',
    '```sh\n$ su ada\n```\nbob',
    '> ```\n> ada\n> ```',
    '> ada said so',
    '> > @ada',
    'bob:\n> @ada\nyes',
    "o'ada",
    'd’ada',
    'lʼada',
    'x`ada',
    "ada're",
    'ada’ll',
    'adaʼve',
    'ada＇t',
    "ada'll's",
    'x\u200bada',
    'ada·ició',
    'x·ada',
    'ada*innen',
    'x*ada',
    'ada′',
    'ada″',
    '(ada)build',
    '[ada]build',
    '（ada）build',
    'x(ada)',
    'ada(s)',
    'ada‧x',
    'ada״ה',
  ])('is not found in %j', (content) => {
    expect(names(content)).toBe(false);
  });

  test('with a dot inside it is one name', () => {
    expect(mentionTokens('ask ada.lovelace.').names).toEqual(['ask', 'ada.lovelace.', 'ada.lovelace']);
  });

  test('may end with a hyphen', () => {
    expect(names('hi ada-', 'ada-')).toBe(true);
  });

  test('is listed once, and as explicit if it has an @', () => {
    expect(mentionTokens('Ada, @bob, ada and bob @BOB')).toEqual({
      names: ['ada', 'bob', 'and'],
      explicit: ['bob'],
      words: ['bob', 'bob'],
      room: false,
    });
  });

  test('has its position in the text', () => {
    const text = 'Hi @Ada, bob.';
    expect(nameTokens(text).map(({ at }) => text.slice(at, at + 3))).toEqual(['Hi ', 'Ada', 'bob']);
  });
});

describe('a name with @', () => {
  const isCalled = (content: string) => mentionTokens(content).explicit.includes('ada');

  test.each([
    'cc:@ada',
    '@ada/@bob',
    '@bob/@ada',
    '@bob/@cy/@ada',
    'and/@ada',
    '@ada&@bob',
    '@ada:你好',
    '@ada:8080',
    '@ada=1',
    '(@ada)',
    '@ada،',
    'هل @ada؟',
    '@ada।',
    '@ada。',
    '你好@ada你好',
    '@ada‽',
    '\u200f@ada\u200f',
    '\u2068@ada\u2069',
    '@\u2068ada\u2069',
    '@ada\u200b',
    '\u200b@ada',
    '@a\u00adda',
    '@ada\u200fشكرا',
    '＠ada',
    "@ada're",
    "l'@ada",
    '1️⃣@ada',
    '@ada️',
    '@ada_',
    '@@ada',
    '@ada@',
    '\\@ada',
    'ל@ada',
    'و@ada',
    'لـ@ada',
    'Привет@ada',
    'é@ada',
    '٣@ada',
    '＠ａｄａ',
    '＠ＡＤＡ、',
    '@ａｄａ',
    '@ada３時',
    '@ada٣',
    '＠ａｄａ_',
  ])('is found in %j', (content) => {
    expect(isCalled(content)).toBe(true);
  });

  test.each([
    'x@ada',
    'x@ada.example',
    'x\u200b@ada',
    '@ada@a.example',
    '@ada.example',
    '@andré'.replace('andr', 'ada'),
    '@ada\u0301',
    '@adab',
    '＠ａｄａｂ',
    '＠ａｄａ3',
    '@adaｂ',
    'ａ1@ada',
    'a.example/@ada',
    'a.example/x/@ada',
    './@ada',
    '~/@ada',
    '/home/@ada',
    'C:\\@ada',
    'https://a.example/@ada',
    'mailto:x@ada.example',
    '`@ada`',
    '[x](https://a.example/@ada)',
    '> @ada',
    '> > @ada',
    '> ```\n> @ada\n> ```',
  ])('is not found in %j', (content) => {
    expect(isCalled(content)).toBe(false);
  });

  test('is found beside any punctuation, symbol, space or ignorable character', () => {
    const beside = /^[\p{P}\p{S}\p{Z}\p{Cc}\p{DI}]$/u;
    const codes = Array.from({ length: 0x1_00_00 }, (_, code) => code);
    const chars = [...codes, 0x1f600, 0x1f1e6, 0x1f3fd, 0x16fe2, 0xe0061].map((code) =>
      String.fromCodePoint(code),
    );
    const missed = chars.filter((char) => {
      if (!beside.test(char)) return false;
      return !isCalled(`${char}@ada ok`) || !isCalled(`so @ada${char} ok`) || !isCalled(`so @ada${char}`);
    });
    expect(missed).toEqual([]);
  });

  test('has its end in the text, with the ignorable characters in it', () => {
    const text = 'hi @\u2068a\u00adda\u2069, @ada.';
    const words = nameTokens(text)
      .filter(({ isExplicit }) => isExplicit)
      .map(({ at, names, ends }) => names.map((name, index) => `${name}=${text.slice(at, ends[index])}`));
    expect(words).toEqual([['ada=a\u00adda'], ['ada.=ada.', 'ada=ada']]);
  });
});

test('only @room mentions the room', () => {
  expect(mentionTokens('@room: all')).toEqual({ names: ['all'], explicit: [], words: [], room: true });
  expect(mentionTokens('@Room.').room).toBe(true);
  for (const text of ['room', '@rooms', '`@room`', 'x@room', 'a.example/@room', '> @room', '> > @room']) {
    expect(mentionTokens(text).room, text).toBe(false);
  }
  expect(mentionTokens('my room').names).toEqual(['my', 'room']);
});

test('only the first MENTION_TOKENS_MAX words of a message are checked', () => {
  const content = Array.from({ length: MENTION_TOKENS_MAX + 1 }, (_, index) => `name${index}`).join(' ');
  const found = mentionTokens(content).names;
  expect(found.length).toBe(MENTION_TOKENS_MAX);
  expect(found.at(-1)).toBe(`name${MENTION_TOKENS_MAX - 1}`);
});

test('for any text, the names are valid usernames in lower case, each once', () => {
  const pieces = fc.constantFrom(
    'ada',
    'Bob',
    '@',
    '.',
    '-',
    '_',
    ' ',
    '`',
    '*',
    '\n',
    '/',
    ':',
    'é',
    '字',
    '> ',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces).map((all) => all.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (content) => {
        const found = mentionTokens(content);
        expect(found.names.every((name) => USERNAME_PATTERN.test(name) && name === name.toLowerCase())).toBe(
          true,
        );
        expect(new Set(found.names).size).toBe(found.names.length);
        expect(found.explicit.every((name) => found.names.includes(name))).toBe(true);
      },
    ),
  );
});

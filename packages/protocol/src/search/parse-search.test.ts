import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEARCH_CONTEXT_MAX, SEARCH_MAX_CHARS, SEARCH_TERMS_MAX } from '../limits.ts';
import { withoutIgnorables } from '../normal-form.ts';
import { zoneOf } from './days.ts';
import { parseSearch } from './parse-search.ts';
import type { SearchQuery } from './query.ts';

const NOTHING: SearchQuery = { terms: [], from: [], in: [], has: [], mentionsMe: false };

function queryOf(text: string): SearchQuery {
  const parsed = parseSearch(text);
  if (parsed.ok) return parsed.query;
  throw new Error(`${text}: ${parsed.problem}`);
}

function problemOf(text: string): string {
  const parsed = parseSearch(text);
  return parsed.ok ? '' : parsed.problem;
}

describe('terms', () => {
  test.each([
    ['deploy', 'words', 'deploy'],
    ['  Deploy\t', 'words', 'Deploy'],
    ['wither?!', 'words', 'wither'],
    ['wither...', 'words', 'wither'],
    ['¿dónde?', 'words', 'dónde'],
    ['部署失败。', 'words', '部署失败'],
    ['failed؟', 'words', 'failed'],
    ['गया।', 'words', 'गया'],
    ['ｆａｉｌｅｄ！', 'words', 'ｆａｉｌｅｄ'],
    ['de\u00adploy\u200b', 'words', 'deploy'],
    ['東京都', 'words', '東京都'],
    ['पानी', 'words', 'पानी'],
    ['🎉', 'words', '🎉'],
    ['❤️', 'words', '❤'],
    ['👩‍👩‍👧', 'words', '👩👩👧'],
    ['می‌خواهم', 'words', 'میخواهم'],
    ['`🎉`', 'part', '🎉'],
    ['`東`', 'part', '東'],
    ['dep*', 'prefix', 'dep'],
    ['dep＊', 'prefix', 'dep'],
    ['PLT-36*', 'exactPrefix', 'PLT-36'],
    ['foo_ba*', 'exactPrefix', 'foo_ba'],
    ['foo_ba*?', 'exactPrefix', 'foo_ba'],
    ['10.0.0.*', 'part', '10.0.0.'],
    ['1.2.3', 'exact', '1.2.3'],
    ['3.5', 'exact', '3.5'],
    ['a.b', 'exact', 'a.b'],
    ['C++', 'exact', 'C++'],
    ['C#', 'exact', 'C#'],
    ['R&D', 'exact', 'R&D'],
    ['I/O', 'exact', 'I/O'],
    ['I/O!', 'exact', 'I/O'],
    ['.NET', 'part', '.NET'],
    ['don’t', 'part', 'don’t'],
    ['don’t!', 'part', 'don’t'],
    ['—force', 'part', '—force'],
    ['10.0.0.', 'part', '10.0.0.'],
    ['10.0.0.7', 'part', '10.0.0.7'],
    ['/var/lo', 'part', '/var/lo'],
    ['foo_bar(', 'part', 'foo_bar('],
    ['class="x"', 'part', 'class="x"'],
    ['OR', 'words', 'OR'],
    ['"NOT FOUND"', 'words', 'NOT FOUND'],
    ['"-failed"', 'exact', '-failed'],
    ['"is:unread"', 'exact', 'is:unread'],
    ['-rf', 'part', '-rf'],
    ['user::name', 'part', 'user::name'],
    ["don't", 'part', "don't"],
    ['--verbose', 'part', '--verbose'],
    ['https://a.example/b', 'part', 'https://a.example/b'],
    ['"connection refused"', 'words', 'connection refused'],
    ['“connection refused”', 'words', 'connection refused'],
    ['„connection refused“', 'words', 'connection refused'],
    ['«connection refused»', 'words', 'connection refused'],
    ['「接続拒否」', 'words', '接続拒否'],
    ['“connection refused"', 'words', 'connection refused'],
    ['"connection refused”', 'words', 'connection refused'],
    ['"say “hi” twice"', 'exact', 'say “hi” twice'],
    ['"connection refused."', 'words', 'connection refused'],
    ['"Well, connection refused!"', 'words', 'Well connection refused'],
    ['"10.0.0.7?"', 'exact', '10.0.0.7'],
    ['"  connection   refused "', 'words', 'connection refused'],
    ['"10.0.0.7"', 'exact', '10.0.0.7'],
    ['"from:ada"', 'exact', 'from:ada'],
    ['"-C 3 x"', 'exact', '-C 3 x'],
    [String.raw`"say \"hi\" \\ now"`, 'exact', String.raw`say "hi" \ now`],
    ['(café)', 'words', 'café'],
    ['(café).', 'words', 'café'],
    ['[café', 'words', 'café'],
    ['（東京）', 'words', '東京'],
    ["'café'", 'words', 'café'],
    ['‘café’', 'words', 'café'],
    ['‘deploy failed’', 'words', 'deploy failed'],
    ['‚deploy failed‘,', 'words', 'deploy failed'],
    ['"deploy failed",', 'words', 'deploy failed'],
    ['failed:', 'words', 'failed'],
    ['[ERROR]:', 'words', 'ERROR'],
    ['(dep*)', 'prefix', 'dep'],
    ['f(x)', 'exact', 'f(x)'],
    ['main():', 'part', 'main()'],
    ['(a)(bcd)', 'part', '(a)(bcd)'],
    ['std::', 'part', 'std::'],
    ['`failed:`', 'part', 'failed:'],
    ['`max = y`', 'part', 'max = y'],
    ['`ploy`', 'part', 'ploy'],
  ])('%s', (text, kind, found) => {
    expect(queryOf(text)).toEqual({ ...NOTHING, terms: [{ kind, text: found }] });
  });

  test('keep the typed order, with filters anywhere between them', () => {
    expect(queryOf('one from:ada "two three" in:#Harbour 4.four in:dock')).toEqual({
      ...NOTHING,
      terms: [
        { kind: 'words', text: 'one' },
        { kind: 'words', text: 'two three' },
        { kind: 'part', text: '4.four' },
      ],
      from: ['ada'],
      in: ['Harbour', 'dock'],
    });
  });

  test('may include a short part beside a word', () => {
    expect(queryOf('-> deploy').terms).toHaveLength(2);
    expect(queryOf('"->" deploy').terms).toMatchObject([{ kind: 'part' }, { kind: 'words' }]);
  });
});

describe('filters', () => {
  test.each<[string, Partial<SearchQuery>]>([
    ['from:@Ada', { from: ['Ada'] }],
    ['FROM:me', { from: ['me'] }],
    ['before:2026-01-31', { before: '2026-01-31T00:00:00.000Z' }],
    ['after:2024-02-29', { after: '2024-02-29T00:00:00.000Z' }],
    ['after:2026-01-31T08:05Z', { after: '2026-01-31T08:05:00.000Z' }],
    ['after:2026-01-31T08:05', { after: '2026-01-31T08:05:00.000Z' }],
    ['after:2026-01-31T08:05+09:00', { after: '2026-01-30T23:05:00.000Z' }],
    ['ａｆｔｅｒ：２０２６-01-31', { after: '2026-01-31T00:00:00.000Z' }],
    ['after:2026-01-31t08:05:06.7z', { after: '2026-01-31T08:05:06.700Z' }],
    ['on:2026-12-31', { after: '2026-12-31T00:00:00.000Z', before: '2027-01-01T00:00:00.000Z' }],
    ['has:link has:Code has:link', { has: ['link', 'code'] }],
    ['mentions:@me', { mentionsMe: true }],
    ['in:@Ada', { in: ['@Ada'] }],
    ['in:x -C 3', { in: ['x'], context: 3 }],
    ['in:x -C0', { in: ['x'], context: 0 }],
    ['in:x –C 3', { in: ['x'], context: 3 }],
  ])('%s', (text, filters) => {
    expect(queryOf(text)).toEqual({ ...NOTHING, ...filters });
  });
});

describe('a query with a fault reports it', () => {
  test.each([
    ['', 'q is empty'],
    ['   ', 'q is empty'],
    ['-C 3', 'q is empty'],
    ['"open phrase', 'the quote at "\\"open phrase" is not closed'],
    ['x `open', 'the backtick at'],
    ['""', 'nothing between the two "'],
    ['from:', 'from: needs a username, such as from:ada'],
    ['from:a/b', 'not "a/b"'],
    ['in:', 'in: needs the name of a room'],
    ['in:#', 'in: needs the name of a room'],
    ['in:@', 'in: needs the name of a room'],
    ['before:yesterday', 'before: needs a day'],
    ['after:2026-01-01T24:00', 'not "2026-01-01T24:00"'],
    ['after:2026-01-01T08:00+25:00', 'after: needs a day'],
    ['before:2026-02-30', 'not "2026-02-30"'],
    ['before:2026-13-01', 'not "2026-13-01"'],
    ['after:0000-01-01', 'not "0000-01-01"'],
    ['after:2026-01-01T25:00Z', 'not "2026-01-01T25:00Z"'],
    ['before:2026-01-01 before:2026-01-02', 'before: appears twice, or beside on:'],
    ['has:cheese', 'has: accepts link or code, not "cheese"'],
    ['mentions:ada', 'mentions: accepts only me, not "ada"'],
    ['x -C', `-C needs a number of messages from 0 to ${SEARCH_CONTEXT_MAX}`],
    ['x -C many', '-C needs a number'],
    [`x -C ${SEARCH_CONTEXT_MAX + 1}`, '-C needs a number'],
    ['x -C 1 -C 2', '-C appears twice'],
    ['on:2026-11-31', 'on: needs a day'],
    ['on:2026-11-30T08:00', 'on: needs a day'],
    ['on:2026-11-30 before:2026-12-01', 'beside on:'],
    ['before:2026-12-01 on:2026-11-30', 'on: does not go together'],
    ['deploy -failed', 'a search cannot leave messages out; to search for the text, put " around it'],
    ['from:me -deploy', 'cannot leave messages out'],
    ['deploy -from:ada', 'cannot leave messages out'],
    ['deploy -"to the"', 'cannot leave messages out'],
    ['deploy OR x', 'a message must have all of them'],
    ['deploy AND x', 'a message must have all of them'],
    ['NOT deploy', 'a message must have all of them'],
    ['is:unread', 'is: is no filter: the filters are from:, in:'],
    ['TO：cal', 'for a direct room, write in:@ada'],
    ['->', '"->" is too short'],
    ['`ab`', '"ab" is too short'],
    ['\u200d', 'q is empty'],
    ['"->"', 'too short'],
    ['::', 'too short'],
    ['foo*bar', 'a * works only at the end of a word'],
    ['*werty', 'a * works only at the end of a word'],
    ['**bold**', 'a * works only at the end of a word'],
    ['\uff0awerty', 'a * works only at the end of a word'],
    ['deploy *', 'a * works only at the end of a word'],
    ['“deploy failed', 'the quote at'],
    ['“”', 'nothing between the two'],
    ['a `\u0000`', 'U+0000'],
    ['to*', '"to*" is too short: write at least 3 letters before *'],
    ['x'.repeat(SEARCH_MAX_CHARS + 1), `at most ${SEARCH_MAX_CHARS} characters`],
    ['\ud800', 'half of a surrogate pair'],
    ['\u0000', 'U+0000'],
    ['w '.repeat(SEARCH_TERMS_MAX + 1), `at most ${SEARCH_TERMS_MAX} words and phrases`],
  ])('%j', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });
});

describe('any input', () => {
  const PIECES = [
    '"',
    '`',
    '\\',
    '*',
    ' ',
    '\n',
    'from:',
    'in:',
    'before:',
    '2026-01-01',
    'has:link',
    '-C',
    '3',
    'ab',
    '東',
    '🎉',
    '.',
    ':',
  ];
  const anything = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 100 }),
  );

  test('gives a query with something to search for, or a problem in words', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const parsed = parseSearch(text);
        if (!parsed.ok) {
          expect(parsed.problem.length).toBeGreaterThan(10);
          return;
        }
        const { terms, from, in: rooms, before, after, has, mentionsMe } = parsed.query;
        expect(terms.every((term) => term.text.trim() !== '')).toBe(true);
        expect(
          [...terms, ...from, ...rooms, ...has].length > 0 || mentionsMe || before || after,
        ).toBeTruthy();
      }),
      { numRuns: 3_000 },
    );
  });

  test('can be searched for literally between backticks', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (text) => {
        const wanted = `word ${text}`;
        const quoted = wanted.replaceAll(/[\\`]/g, '\\$&');
        // Invisible characters are ignored everywhere, so they are not part of a term.
        expect(queryOf(`\`${quoted}\``).terms).toEqual([{ kind: 'part', text: withoutIgnorables(wanted) }]);
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each(['UTC', 'America/New_York', 'Asia/Tokyo', '+14:00', '-12:00'])(
  '[F4] the first and the last day that a query can name are times in %s too',
  (name) => {
    for (const value of ['0001-01-01', '0001-01-01T00:00', '9999-12-31', '9999-12-31T23:59']) {
      const parsed = parseSearch(`a after:${value}`, zoneOf(name) ?? undefined);
      expect(parsed).toMatchObject({ ok: true, query: { after: expect.stringMatching(/^(0001|9999)-/) } });
    }
  },
);

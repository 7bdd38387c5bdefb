import { afterEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import { NAMES_PERIOD_MS, Names } from './names.ts';

let accounts: { id: number; username: string }[];
let clock: ManualClock;
let names: Names;

/** Starts the names of a server with these people. */
async function build(...usernames: string[]): Promise<void> {
  accounts = usernames.map((username, i) => ({ id: i + 1, username }));
  clock = createManualClock();
  names = new Names({
    users: { listNamesAfter: async (after) => accounts.filter(({ id }) => id > after) },
    clock,
    onProblem(error) {
      throw error;
    },
  });
  await names.start();
}

afterEach(() => names.stop());

describe('the names that a text mentions', () => {
  test.each([
    ['Ada, are you there?', ['ada']],
    ['ask ada.', ['ada']],
    ['ask ada--', ['ada']],
    ['ask a.da or adam', []],
    ['@nobody-yet', ['nobody-yet']],
    ['@ada-nak, @bob', ['ada-nak', 'bob', 'ada']],
    ['ask @ada.he knows', ['ada.he', 'ada']],
    ['@ada...thanks', ['ada...thanks', 'ada']],
    ['@ada_k_and-everybody-who-is-here-today', ['ada']],
    ['@room...thanks', ['@room', 'room...thanks']],
    ['ada-nak ada.he', []],
    ['＠ａｄａ and @ada３時', ['ada']],
    ['ａｄａ、', ['ada']],
    ['@adam-ada', ['adam-ada']],
    ['@room, ada', ['@room', 'ada']],
    ['`ada`', []],
    ['a\u00adda, ＠ada', ['ada']],
    ['so a\u200bda', ['ada']],
    ['> @ada, @room', []],
  ])('%s', async (content, mentioned) => {
    await build('Ada');
    expect(names.mentionedIn(content)).toEqual(mentioned);
  });

  test('are the longest that a word with @ begins with', async () => {
    await build('ada', 'ada-l', 'ada-l.k');
    expect(names.mentionedIn('@ada-l.k')).toEqual(['ada-l.k']);
    expect(names.mentionedIn('@ada-l.k.')).toEqual(['ada-l.k.', 'ada-l.k']);
    expect(names.mentionedIn('@ada-l-san')).toEqual(['ada-l-san', 'ada-l']);
    expect(names.mentionedIn('@ada-l.k_x')).toEqual(['ada-l.k_x', 'ada-l.k']);
  });

  test('include new people at once, and people of another server within the period', async () => {
    await build('ada');
    names.add('Bob');
    expect(names.mentionedIn('hi bob')).toEqual(['bob']);
    accounts.push({ id: 2, username: 'Cleo' });
    expect(names.mentionedIn('hi cleo')).toEqual([]);
    clock.advance(NAMES_PERIOD_MS);
    await new Promise(setImmediate);
    expect(names.mentionedIn('hi cleo')).toEqual(['cleo']);
  });

  // With a pattern that backtracks over every run, each of these takes half a minute.
  test.each(['-', '.', '-.', 'a\u200b', '\u200b'])(
    'are found in linear time after very many %s',
    async (sign) => {
      await build('ada');
      expect(names.mentionedIn(`${sign.repeat(200_000)}x ada`)).toEqual(['ada']);
    },
  );
});

import type { User } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { ASKED_MAX, Directory, LOOK_UP_AFTER_MS } from './directory.ts';

const JEROME: User = { id: 1, username: 'jm-77', displayName: 'Jérémie' };

function setUp() {
  const asked: string[] = [];
  const waiting = new Set<() => void>();
  let isDown = false;
  const directory = new Directory({
    async find(begin) {
      asked.push(begin);
      if (isDown) throw new Error('down');
      return { users: [JEROME] };
    },
    delay(task, delayMs) {
      expect(delayMs).toBe(LOOK_UP_AFTER_MS);
      waiting.add(task);
      return () => void waiting.delete(task);
    },
  });
  const elapse = () => {
    for (const task of waiting) task();
  };
  return { directory, asked, elapse, setDown: (next: boolean) => (isDown = next) };
}

describe('the directory', () => {
  it('asks once for what was typed in one go, and once for what is the same without accents', async () => {
    const { directory, asked, elapse } = setUp();
    for (const begin of ['J', 'Jé', 'Jér']) directory.lookUpSoon(begin);
    elapse();
    await directory.lookUp('JER');
    expect(asked).toEqual(['jer']);
    expect(directory.found.value).toEqual([JEROME]);
    await directory.lookUp(' ');
    expect(asked).toHaveLength(1);
  });

  it('remembers a person once, and asks again after a failure', async () => {
    const { directory, asked, setDown } = setUp();
    setDown(true);
    await directory.lookUp('je');
    setDown(false);
    await directory.lookUp('je');
    await directory.lookUp('jer');
    expect(asked).toEqual(['je', 'je', 'jer']);
    expect(directory.found.value).toEqual([JEROME]);
  });

  it('forgets the oldest beginnings', async () => {
    const { directory, asked } = setUp();
    for (let index = 0; index <= ASKED_MAX; index++) await directory.lookUp(`name${index}`);
    await directory.lookUp(`name${ASKED_MAX}`);
    expect(asked).toHaveLength(ASKED_MAX + 1);
    await directory.lookUp('name0');
    expect(asked).toHaveLength(ASKED_MAX + 2);
  });
});

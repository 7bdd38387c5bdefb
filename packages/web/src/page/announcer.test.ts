import { describe, expect, it } from 'vitest';
import { createAnnouncer, UTTERANCE_EVERY_MS } from './announcer.ts';

function createListener() {
  const said: string[] = [];
  let task: (() => void) | null = null;
  const announcer = createAnnouncer({
    say: (text) => said.push(text),
    delay(next, delayMs) {
      expect(delayMs).toBe(UTTERANCE_EVERY_MS);
      task = next;
      return () => undefined;
    },
  });
  return { said, announcer, elapse: () => task?.() };
}

describe('announcer', () => {
  it('announces a message at once and counts those that follow within a second', () => {
    const { said, announcer, elapse } = createListener();
    announcer.message(() => 'mira: hi');
    announcer.message(() => 'mira: are you there?');
    announcer.message(() => 'hal: yes');
    expect(said).toEqual(['mira: hi']);
    elapse();
    expect(said).toEqual(['mira: hi', '2 more messages']);
  });

  it('announces a single waiting message in full', () => {
    const { said, announcer, elapse } = createListener();
    announcer.message(() => 'mira: hi');
    announcer.message(() => 'hal: yes');
    elapse();
    expect(said).toEqual(['mira: hi', 'hal: yes']);
  });

  it('announces a state of the connection before messages, and once', () => {
    const { said, announcer, elapse } = createListener();
    announcer.message(() => 'mira: hi');
    announcer.message(() => 'hal: yes');
    announcer.state('offline');
    announcer.state('offline');
    elapse();
    elapse();
    expect(said).toEqual(['mira: hi', 'offline', 'hal: yes']);
  });
});

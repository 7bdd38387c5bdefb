import { expect, test } from 'vitest';
import { cutUnfinished, type Sender, UNFINISHED_NODE_MAX_BYTES } from './unfinished-messages.ts';

const PART = UNFINISHED_NODE_MAX_BYTES / 8;

function createSender(address: string, bytes: number): Sender & { isCut: boolean } {
  return {
    address,
    isCut: false,
    unfinishedBytes: () => bytes,
    cut() {
      this.isCut = true;
    },
  };
}

test('[B3] unfinished messages within the bound cut nobody', () => {
  const senders = Array.from({ length: 8 }, () => createSender('203.0.113.7', PART));
  cutUnfinished(senders);
  expect(senders.filter(({ isCut }) => isCut)).toEqual([]);
});

test('[B3] above the bound, the network that holds most loses its largest messages first', () => {
  const flood = Array.from({ length: 8 }, (_, i) => createSender(`2001:db8::${i}`, PART + i));
  const others = [createSender('203.0.113.7', PART), createSender('203.0.113.8', 1)];
  cutUnfinished([...flood, ...others]);
  expect(others.map(({ isCut }) => isCut)).toEqual([false, false]);
  expect(flood.map(({ isCut }) => isCut)).toEqual([false, false, false, false, true, true, true, true]);
});

test('[B3] sockets without an unfinished message are left alone', () => {
  const idle = createSender('203.0.113.7', 0);
  const flood = Array.from({ length: 20 }, () => createSender('203.0.113.7', PART));
  cutUnfinished([idle, ...flood]);
  expect(idle.isCut).toBe(false);
});

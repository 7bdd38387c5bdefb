import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FairQueue } from '../../fair-queue/fair-queue.ts';
import { SEARCH_LIMITS } from './search.ts';

const never = () => new Promise<never>(() => {});

it('[F7] one search of a person runs at a time, and another person’s search does not wait for it', async () => {
  const queue = new FairQueue({ limits: SEARCH_LIMITS, subject: 'searches' });
  for (let i = 0; i < 3; i++) void queue.run({ network: 'a', person: 1 }, never);
  await turn();
  expect(queue.counts()).toMatchObject({ running: 1, waiting: 2 });
  await expect(queue.run({ network: 'a', person: 2 }, async () => 'found')).resolves.toBe('found');
});

it('[F7] a person with too many waiting searches is refused, and so is an address, but nobody else', async () => {
  const queue = new FairQueue({ limits: SEARCH_LIMITS, subject: 'searches' });
  const refused: string[] = [];
  for (let i = 0; i < 200; i++) {
    const spender = { network: 'crowd', person: i % 40 };
    queue.run(spender, never).catch(({ code }: { code: string }) => refused.push(code));
  }
  const line = Array.from({ length: SEARCH_LIMITS.waitingOfPerson }, () =>
    queue
      .run({ network: 'home', person: 99 }, never)
      .catch(({ code }: { code: string }) => refused.push(`home ${code}`)),
  );
  await turn();
  expect(refused.length).toBe(200 - SEARCH_LIMITS.running - SEARCH_LIMITS.waitingOfNetwork);
  expect(refused.filter((code) => code.startsWith('home'))).toEqual([]);
  expect(line).toHaveLength(SEARCH_LIMITS.waitingOfPerson);
  await expect(queue.run({ network: 'home', person: 99 }, never)).rejects.toMatchObject({
    code: 'rate_limited',
  });
});

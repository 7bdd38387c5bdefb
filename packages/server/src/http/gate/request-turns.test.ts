import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RequestTurns, STARTS_PER_TURN } from './request-turns.ts';

const ADDRESS = '192.0.2.1';
const OTHER_ADDRESS = '198.51.100.1';
const alive = { destroyed: false } as ServerResponse;

test('[L4] a flood of one caller starts in parts, and others start after the part under way', async () => {
  const turns = new RequestTurns();
  const started: string[] = [];
  const start = (authorization: string | undefined, address: string, response = alive) =>
    turns.start({ headers: { authorization } } as IncomingMessage, response, address, () =>
      started.push(authorization ?? 'stranger'),
    );
  for (let i = 0; i < 20 * STARTS_PER_TURN; i++) start('Bearer flood', ADDRESS);
  start('Bearer neighbour', ADDRESS);
  start(undefined, ADDRESS);
  start('Bearer other', OTHER_ADDRESS);
  start('Bearer gone', OTHER_ADDRESS, { destroyed: true } as ServerResponse);
  await turn();
  expect(started.length).toBeLessThanOrEqual(2 * STARTS_PER_TURN);
  await turn();
  expect(started).toEqual(expect.arrayContaining(['Bearer neighbour', 'stranger', 'Bearer other']));
  expect(started).not.toContain('Bearer gone');
  while (started.length < 20 * STARTS_PER_TURN + 3) await turn();
});

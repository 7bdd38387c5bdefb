/** Attacks that ask for more, at once, than a server does at a time. */

import { ask } from '../harness/http.ts';
import { loggedIn, PASSWORD, type Person, person } from '../harness/people.ts';
import { type Attack, type Result, type Target, unless } from './attack.ts';

/** Requests at once: the whole burst of `RATE_ACT` at full size. */
const BURST = { short: 100, full: 1_800 } as const;
/** Calls that check a password, in each loop. */
const PASSWORD_CALLS = { short: 8, full: 60 } as const;
const SIGN_INS = { short: 2, full: 13 } as const;
const FAILURES = { short: 100, full: 20_000 } as const;
const FAILURES_AT_ONCE = 50;

const historyBurst: Attack = {
  name: 'one account asks for 1,800 pages of history at once',
  proves: '[L4] one account that asks for very much at once delays nobody else',
  bound: '`RATE_ACT`, `STATEMENT_LIMITS`, `STARTS_PER_TURN`',
  async run(target) {
    const attacker = await person(target, target.nextName('reader'));
    const room = await attacker.opens(target.nextName('history'));
    for (let i = 0; i < 50; i++) await attacker.posts(room, `message ${i}`);
    const path = `/v1/rooms/${room.id}/messages?limit=200`;
    return countRefusals(BURST[target.size], BURST[target.size], () => attacker.asks('GET', path));
  },
};

const passwordLoop: Attack = {
  name: 'one account changes its email in a loop while others sign in',
  proves: '[G9] one account that makes the server check passwords delays no sign-in of others',
  bound: '`PASSWORD_LIMITS`, `RATE_PASSWORDS`',
  async run(target) {
    const attacker = await person(target, target.nextName('changer'));
    const visitor = target.nextName('visitor');
    await person(target, visitor);
    const changes = countRefusals(PASSWORD_CALLS[target.size], PASSWORD_CALLS[target.size], (i) =>
      changeEmail(attacker, `${i}@example.org`),
    );
    const refused = await signInRepeatedly(target, visitor);
    const { outcome } = await changes;
    return { outcome, broken: unless({ [`no sign-in of others is refused: ${refused}`]: refused === 0 }) };
  },
};

const unknownPaths: Attack = {
  name: 'one address sends requests that fail before any sign-in',
  proves: '[L5] requests that fail before a sign-in spend the bucket of their address',
  bound: '`RATE_FAILURES`, `RATE_VISIT`',
  async run(target) {
    const forged = { headers: { authorization: `Bearer ${'x'.repeat(40)}.y.z` } };
    const path = `/v1/${'nothing/'.repeat(200)}`;
    return countRefusals(FAILURES[target.size], FAILURES_AT_ONCE, (i) =>
      i % 2 === 0 ? ask(target, 'GET', path) : ask(target, 'GET', '/v1/me', forged),
    );
  },
};

/** All of them. */
export const BURSTS: readonly Attack[] = [historyBurst, passwordLoop, unknownPaths];

function changeEmail(who: Person, email: string) {
  return who.asks('PUT', '/v1/me/email', { email, password: PASSWORD });
}

/** Signs a person in, one time after the other. @returns the number of refusals. */
async function signInRepeatedly(target: Target, username: string): Promise<number> {
  let refused = 0;
  for (let i = 0; i < SIGN_INS[target.size]; i++) {
    await loggedIn(target, username).catch(() => refused++);
  }
  return refused;
}

/** Sends requests, `atOnce` at a time. @returns the number of those refused as too many. */
async function countRefusals(
  count: number,
  atOnce: number,
  send: (i: number) => Promise<{ status: number }>,
): Promise<Result> {
  let next = 0;
  const statuses = new Map<number, number>();
  const work = async () => {
    while (next < count) {
      const { status } = await send(next++);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, work));
  const list = [...statuses].sort(([a], [b]) => a - b).map(([status, n]) => `${n} × ${status}`);
  return {
    outcome: `${count} requests: ${list.join(', ')}`,
    broken: unless({
      'no answer is a fault of the server': ![...statuses.keys()].some((status) => status === 500),
    }),
  };
}

import { ChatError } from '@banter/protocol';
import { beforeEach, expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import type { Caller } from '../caller.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { FREE_FAILURES, LoginThrottle } from '../sign-in/login-throttle.ts';
import { OwnAccount, type OwnAccountDeps } from './own-account.ts';

const ADDRESS = '203.0.113.9';
const RIGHT = 'three tired tortoises';
const EMAIL = 'ada@example.net';
const CALLER: Caller = {
  user: { id: 1, username: 'ada' },
  sessionId: 7,
  permissions: ALL_PERMISSIONS,
  scope: {},
};

let findPasswordHash: () => Promise<string | null>;
let verified: string[];
let ownAccount: OwnAccount;

beforeEach(() => {
  findPasswordHash = async () => RIGHT;
  verified = [];
  const accounts = {
    findPasswordHash: () => findPasswordHash(),
    setEmail: async () => true,
    findOwn: async () => ({ id: 1, username: 'ada', email: EMAIL }),
  };
  const passwords = {
    verify: async (password: string, hash: string | null) => {
      verified.push(password);
      return password === hash;
    },
  };
  const clock = createManualClock();
  const limits = { take() {} };
  const parts = { accounts, passwords, limits, failedSignIns: { record() {} }, clock };
  const throttle = new LoginThrottle({ clock, isOn: true });
  ownAccount = new OwnAccount({ ...parts, throttle } as unknown as OwnAccountDeps);
});

/** Tries to prove a password. Returns `ok` or the error's code; anything else that was thrown as `away`. */
function prove(password: string): Promise<string> {
  return ownAccount.changeEmail(CALLER, ADDRESS, { password, email: EMAIL }).then(
    () => 'ok',
    (error: unknown) => (error instanceof ChatError ? error.code : 'away'),
  );
}

test('[G5] a password is proved under the throttle of sign-ins', async () => {
  for (let i = 0; i < FREE_FAILURES; i++) expect(await prove(`guess ${i}`)).toBe('forbidden');
  expect(await prove(RIGHT)).toBe('rate_limited');
  expect(verified).toHaveLength(FREE_FAILURES);
});

test('[G5] a store that is away costs no attempt', async () => {
  findPasswordHash = () => Promise.reject(new Error('away'));
  for (let i = 0; i < 2 * FREE_FAILURES; i++) expect(await prove(RIGHT)).toBe('away');
  findPasswordHash = async () => RIGHT;
  expect(await prove(RIGHT)).toBe('ok');
});

test('[G5] a request that hangs in the store and is cancelled lifts no wait', async () => {
  let cancel = () => {};
  findPasswordHash = () => new Promise((_, reject) => (cancel = () => reject(new Error('cancelled'))));
  const hanging = prove('a guess that is never checked');
  findPasswordHash = async () => RIGHT;
  const answers: string[] = [];
  for (let i = 0; i < FREE_FAILURES + 2; i++) answers.push(await prove(`guess ${i}`));
  cancel();
  expect(await hanging).toBe('away');
  expect(await prove(RIGHT)).toBe('rate_limited');
  expect(answers.filter((answer) => answer === 'forbidden')).toHaveLength(FREE_FAILURES);
});

test('[U2] [L2] others are told of a new display name, at the rate of typing notices', async () => {
  const told: unknown[] = [];
  let isOverRate = false;
  const account = new OwnAccount({
    accounts: {
      update: async () => {},
      findOwn: async () => ({ id: 1, username: 'ada', displayName: 'Ada' }),
    },
    limits: {
      take: (kind: string) => {
        if (isOverRate) throw new ChatError('rate_limited', kind);
      },
    },
    displayNames: { publish: (profile: unknown) => void told.push(profile) },
  } as unknown as OwnAccountDeps);
  await account.update(CALLER, { displayName: 'Ada', about: undefined, timeZone: undefined });
  isOverRate = true;
  const input = { displayName: 'Ida', about: undefined, timeZone: undefined };
  await expect(account.update(CALLER, input)).rejects.toThrow('typing');
  await account.update(CALLER, { displayName: undefined, about: 'Boats', timeZone: undefined });
  expect(told).toEqual([{ id: 1, username: 'ada', displayName: 'Ada' }]);
});

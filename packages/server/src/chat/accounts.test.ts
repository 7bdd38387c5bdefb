import { ChatError, type Registration } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../test/harness/clock.ts';
import { RATES } from '../../test/harness/rates.ts';
import type { Account, Taken, Users } from '../store/users.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import type { Passwords } from './passwords.ts';
import { createRateLimits } from './rate-limits.ts';

const VISITOR = { address: '203.0.113.9', userAgent: 'test', scope: {} };
const PASSWORD = 'three tired tortoises';
const CURRENT = '$argon2id$v=19$m=19456,t=2,p=1$';

/** Hashes that can be read: enough to see who is verified against what. */
const plainPasswords: Passwords = {
  hash: async (password) => `${CURRENT}${password}`,
  verify: async (password, hash) => hash?.endsWith(`$${password}`) === true,
};

let stored: Account[];
let taken: Taken | null;
let failed: [number | null, string][];
/** What stands in for the invitations. */
let checkInvite: (code: string) => Promise<void>;

beforeEach(() => {
  stored = [];
  taken = null;
  failed = [];
  checkInvite = async () => {};
});

/** The store as a plain object. */
const users: Users = {
  async insert({ username, passwordHash }) {
    if (taken) return taken;
    const id = stored.length + 1;
    stored.push({ id, username, passwordHash, disabled: false, ...(id === 1 ? { admin: true } : {}) });
    return id === 1 ? { id, username, admin: true } : { id, username };
  },
  findByLogin: async (login) => stored.find(({ username }) => username === login.toLowerCase()) ?? null,
  findByUsername: async (name) => stored.find(({ username }) => username === name) ?? null,
  findById: async (id) => stored.find((account) => account.id === id) ?? null,
  async updatePasswordHash(id, from, to) {
    const account = stored.find((one) => one.id === id && one.passwordHash === from);
    if (account) account.passwordHash = to;
  },
  listNamesAfter: async (after) => stored.filter(({ id }) => id > after),
  count: async () => stored.length,
  isEmpty: async () => stored.length === 0,
};

function build(registration: Registration = 'open', hasLimits = false, passwords = plainPasswords): Accounts {
  return createAccounts({
    users,
    passwords,
    registration,
    names: { add: () => {} },
    failedSignIns: { note: (...failure) => void failed.push(failure) },
    invitations: { check: (code) => checkInvite(code), follow: async () => {} },
    limits: createRateLimits(createManualClock(), hasLimits ? RATES : null),
  });
}

async function errorOf(attempt: Promise<unknown>): Promise<ChatError> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ChatError) return error;
  throw new Error('this should have been refused', { cause: error });
}

describe('registering', () => {
  test('makes an account, whose password is kept as a hash alone', async () => {
    expect(await build().register({ username: 'ann', password: PASSWORD }, VISITOR)).toEqual({
      id: 1,
      username: 'ann',
      admin: true,
    });
    expect(stored[0]?.passwordHash).toBe(`${CURRENT}${PASSWORD}`);
  });

  test('names every wrong field at once', async () => {
    const attempt = build().register({ username: '_', password: 'short', email: 'nowhere' }, VISITOR);
    const error = await errorOf(attempt);
    expect(error.code).toBe('invalid');
    expect(error.fields?.map(({ field }) => field)).toEqual(['username', 'password', 'email']);
    expect(stored).toEqual([]);
  });

  test.each(['a@b', 'ann.o+x@example.net', 'ännä@exämple.net'])('takes %s as an email', async (email) => {
    await expect(
      build().register({ username: 'ann', password: PASSWORD, email }, VISITOR),
    ).resolves.toBeDefined();
  });

  test.each(['', '@', 'a@', '@b', 'a b@c', 'a@b@c', 'a@b\u0000', 'a@b\n', `${'x'.repeat(250)}@b.cd`])(
    'refuses %j as an email',
    async (email) => {
      const error = await errorOf(build().register({ username: 'ann', password: PASSWORD, email }, VISITOR));
      expect(error.fields).toMatchObject([{ field: 'email' }]);
    },
  );

  test.each(['username', 'email'] as const)('says that the %s is taken', async (field) => {
    taken = { taken: field };
    const error = await errorOf(build().register({ username: 'ann', password: PASSWORD }, VISITOR));
    expect(error).toMatchObject({ code: 'conflict', fields: [{ field }] });
  });

  test('that is closed lets the first account in, and nobody else', async () => {
    const accounts = build('closed');
    expect(await accounts.isEmpty()).toBe(true);
    await accounts.register({ username: 'ann', password: PASSWORD }, VISITOR);
    const error = await errorOf(accounts.register({ username: 'bob', password: PASSWORD }, VISITOR));
    expect(error.code).toBe('forbidden');
    expect(await accounts.isEmpty()).toBe(false);
  });

  test('[L2] from one address is limited', async () => {
    const accounts = build('open', true);
    const attempts = Array.from({ length: 201 }, (_, i) =>
      accounts.register({ username: `user${i}`, password: PASSWORD }, VISITOR),
    );
    const refused = (await Promise.allSettled(attempts)).filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'rate_limited' } }]);
  });
});

describe('signing in', () => {
  beforeEach(async () => {
    await build().register({ username: 'ann', password: PASSWORD }, VISITOR);
  });

  test('gives the person, and nothing of the hash', async () => {
    const user = await build().login({ login: 'ANN', password: PASSWORD }, VISITOR);
    expect(user).toEqual({ id: 1, username: 'ann', admin: true });
  });

  test('says the same of an unknown name, a wrong password and a disabled account, and verifies for each', async () => {
    const verified: (string | null)[] = [];
    const passwords: Passwords = {
      hash: plainPasswords.hash,
      verify(password, hash) {
        verified.push(hash);
        return plainPasswords.verify(password, hash);
      },
    };
    const accounts = build('open', false, passwords);
    const unknown = await errorOf(accounts.login({ login: 'nobody', password: PASSWORD }, VISITOR));
    const wrong = await errorOf(accounts.login({ login: 'ann', password: 'wrong password' }, VISITOR));
    for (const account of stored) account.disabled = true;
    const disabled = await errorOf(accounts.login({ login: 'ann', password: PASSWORD }, VISITOR));
    const told = [unknown, wrong, disabled].map(({ code, message }) => `${code}: ${message}`);
    expect(new Set(told)).toEqual(new Set(['unauthenticated: wrong name or password']));
    expect(verified).toEqual([null, `${CURRENT}${PASSWORD}`, `${CURRENT}${PASSWORD}`]);
    expect(failed).toEqual([null, 1, 1].map((id) => [id, VISITOR.address]));
  });

  test('replaces a hash of an older kind, at the first right password', async () => {
    for (const account of stored) account.passwordHash = `$2b$10$${PASSWORD}`;
    await errorOf(build().login({ login: 'ann', password: 'wrong password' }, VISITOR));
    expect(stored[0]?.passwordHash).toBe(`$2b$10$${PASSWORD}`);
    await build().login({ login: 'ann', password: PASSWORD }, VISITOR);
    expect(stored[0]?.passwordHash).toBe(`${CURRENT}${PASSWORD}`);
    await build().login({ login: 'ann', password: PASSWORD }, VISITOR);
  });

  test('[L2] to one account from one address is limited, whatever the case of its name', async () => {
    const accounts = build('open', true);
    for (let i = 0; i < 20; i++) {
      await errorOf(accounts.login({ login: i % 2 ? 'Ann' : 'ann', password: 'wrong password' }, VISITOR));
    }
    const limited = await errorOf(accounts.login({ login: 'ANN', password: PASSWORD }, VISITOR));
    expect(limited).toMatchObject({ code: 'rate_limited', retryAfterMs: 5_000 });
    const elsewhere = { ...VISITOR, address: '198.51.100.7' };
    await expect(accounts.login({ login: 'ann', password: PASSWORD }, elsewhere)).resolves.toMatchObject({
      id: 1,
    });
  });
});

test('a person who is not there is not found', async () => {
  expect(await errorOf(build().find('nobody', VISITOR))).toMatchObject({ code: 'not_found' });
});

import { ChatError, type Registration } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { RATES } from '../../../test/harness/rates.ts';
import type { Account, AccountRefusal, UserStore } from '../../store/users.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import { Accounts } from './accounts.ts';
import { DeviceCookies } from './device-cookies.ts';
import { LoginThrottle } from './login-throttle.ts';
import type { Passwords } from './passwords.ts';

const VISITOR = { address: '203.0.113.9', userAgent: 'test', scope: {} };
const SECRET = 'a signing key that is long enough for any rule';
const PASSWORD = 'three tired tortoises';
const CURRENT = '$argon2id$v=19$m=19456,t=2,p=1$';

/** The part of Passwords that accounts use. */
type Hashing = Pick<Passwords, 'hash' | 'verify'>;

/** Readable hashes show what was verified against what. */
const plainPasswords: Hashing = {
  hash: async (password) => `${CURRENT}${password}`,
  verify: async (password, hash) => hash?.endsWith(`$${password}`) === true,
};

let stored: Account[];
let refusal: AccountRefusal | null;
let failed: [number | null, string][];
/** The check of an invitation's code. */
let checkInvite: (code: string) => Promise<void>;

beforeEach(() => {
  stored = [];
  refusal = null;
  failed = [];
  checkInvite = async () => {};
});

/** A plain object in place of the store. */
const users: UserStore = {
  async insert({ username, passwordHash }) {
    if (refusal) return refusal;
    const id = stored.length + 1;
    stored.push({
      id,
      username,
      passwordHash,
      disabled: false,
      addresses: [],
      ...(id === 1 ? { admin: true } : {}),
    });
    return id === 1 ? { id, username, admin: true } : { id, username };
  },
  findByLogin: async (login) =>
    stored.find(({ username }) => [username, `${username}@example.net`].includes(login.toLowerCase())) ??
    null,
  findByUsername: async (name) => stored.find(({ username }) => username === name) ?? null,
  findById: async (id) => stored.find((account) => account.id === id) ?? null,
  async updatePasswordHash(id, from, to) {
    const account = stored.find((one) => one.id === id && one.passwordHash === from);
    if (account) account.passwordHash = to;
    return account !== undefined;
  },
  lookUp: async () => stored,
  listNamesAfter: async (after) => stored.filter(({ id }) => id > after),
  count: async () => stored.length,
  isEmpty: async () => stored.length === 0,
};

function build(registration: Registration = 'open', hasLimits = false, passwords = plainPasswords): Accounts {
  const clock = createManualClock();
  return new Accounts({
    users,
    throttle: new LoginThrottle({ clock, isOn: hasLimits }),
    deviceCookies: new DeviceCookies([SECRET]),
    passwords,
    registration,
    names: { add: () => {} },
    failedSignIns: { record: (...failure) => void failed.push(failure) },
    invitations: { requireUsable: (code) => checkInvite(code), enterRoomOf: async () => {} },
    lobby: { welcome: async () => {} },
    limits: new RateLimits({ clock, rates: hasLimits ? RATES : null }),
  });
}

async function errorOf(attempt: Promise<unknown>): Promise<ChatError> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ChatError) return error;
  throw new Error('this should have been rejected', { cause: error });
}

describe('registering', () => {
  test('creates an account and stores only the hash of its password', async () => {
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

  test.each(['a@b', 'ann.o+x@example.net', 'ännä@exämple.net'])('accepts %s as an email', async (email) => {
    await expect(
      build().register({ username: 'ann', password: PASSWORD, email }, VISITOR),
    ).resolves.toBeDefined();
  });

  test.each(['', '@', 'a@', '@b', 'a b@c', 'a@b@c', 'a@b\u0000', 'a@b\n', `${'x'.repeat(250)}@b.cd`])(
    'rejects %j as an email',
    async (email) => {
      const error = await errorOf(build().register({ username: 'ann', password: PASSWORD, email }, VISITOR));
      expect(error.fields).toMatchObject([{ field: 'email' }]);
    },
  );

  test.each(['username', 'email'] as const)('reports that the %s is taken', async (field) => {
    refusal = { refused: field };
    const error = await errorOf(build().register({ username: 'ann', password: PASSWORD }, VISITOR));
    expect(error).toMatchObject({ code: 'conflict', fields: [{ field }] });
  });

  test('on a closed server is possible for the first account only', async () => {
    const accounts = build('closed');
    expect(await accounts.isEmpty({})).toBe(true);
    await accounts.register({ username: 'ann', password: PASSWORD }, VISITOR);
    const error = await errorOf(accounts.register({ username: 'bob', password: PASSWORD }, VISITOR));
    expect(error.code).toBe('forbidden');
    expect(await accounts.isEmpty({})).toBe(false);
  });

  test.each(['closed', 'invite'] as const)(
    '[U6] says nothing about names while registration is %s',
    async (registration) => {
      await build().register({ username: 'ann', password: PASSWORD }, VISITOR);
      refusal = { refused: 'username' };
      checkInvite = async () => {
        throw new ChatError('forbidden');
      };
      const answers = ['ann', 'nobody', '_'].map(async (username) => {
        const input = { username, password: PASSWORD, invite: 'a code' };
        const { code, message } = await errorOf(build(registration).register(input, VISITOR));
        return `${code}: ${message}`;
      });
      expect(new Set(await Promise.all(answers)).size).toBe(1);
    },
  );

  test('[L2] is limited for one address', async () => {
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

  test('returns the person without the hash', async () => {
    const { user } = await build().login({ login: 'ANN', password: PASSWORD }, VISITOR);
    expect(user).toEqual({ id: 1, username: 'ann', admin: true });
  });

  test('[U6] answers the same for an unknown name and a wrong password; only the owner learns that an account is disabled', async () => {
    const verified: (string | null)[] = [];
    const passwords: Hashing = {
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
    expect(disabled).toMatchObject({ code: 'forbidden', message: expect.stringContaining('disabled') });
    const stranger = await errorOf(build().login({ login: 'ann', password: 'wrong password' }, VISITOR));
    const messages = [unknown, wrong, stranger].map(({ code, message }) => `${code}: ${message}`);
    expect(new Set(messages)).toEqual(new Set(['unauthenticated: wrong name or password']));
    expect(verified).toEqual([null, `${CURRENT}${PASSWORD}`, `${CURRENT}${PASSWORD}`]);
    expect(failed).toEqual([null, 1, 1, 1].map((id) => [id, VISITOR.address]));
  });

  test('replaces an outdated hash at the first right password', async () => {
    for (const account of stored) account.passwordHash = `$2b$10$${PASSWORD}`;
    await errorOf(build().login({ login: 'ann', password: 'wrong password' }, VISITOR));
    expect(stored[0]?.passwordHash).toBe(`$2b$10$${PASSWORD}`);
    await build().login({ login: 'ann', password: PASSWORD }, VISITOR);
    expect(stored[0]?.passwordHash).toBe(`${CURRENT}${PASSWORD}`);
    await build().login({ login: 'ann', password: PASSWORD }, VISITOR);
  });

  const codesOf = async (accounts: Accounts, logins: string[], address = VISITOR.address) => {
    const codes: string[] = [];
    for (const login of logins)
      codes.push(
        (await errorOf(accounts.login({ login, password: 'wrong password' }, { ...VISITOR, address }))).code,
      );
    return codes;
  };

  test('[G5] counts failures under a name in any case', async () => {
    const codes = await codesOf(build('open', true), ['ann', 'ANN', 'Ann', 'aNN', 'ann', 'ANN']);
    expect(codes).toEqual([...Array(5).fill('unauthenticated'), 'rate_limited']);
  });

  test('[G5] does not tell by its delays which email belongs to which username', async () => {
    const accounts = build('open', true);
    const strangers = Array.from({ length: 25 }, (_, i) => `198.51.100.${i}`);
    for (const address of strangers) await codesOf(accounts, ['ann@example.net'], address);
    const email = await codesOf(accounts, Array(6).fill('ann@example.net'));
    expect(email).toContain('rate_limited');
    for (const login of ['ann', 'nobody'])
      expect(await codesOf(accounts, Array(5).fill(login)), login).toEqual(Array(5).fill('unauthenticated'));
  });

  test('[G5] is not slowed by strangers on a network with a session, or on a device of the account', async () => {
    const accounts = build('open', true);
    const login = (address: string, password = 'wrong password', device?: string) =>
      accounts.login({ login: 'ann', password }, { ...VISITOR, address, device });
    for (let i = 0; i < 40; i++) await errorOf(login(`198.51.100.${i}`));
    expect(await errorOf(login('198.51.100.99', PASSWORD))).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 1_000,
    });
    for (const account of stored) account.addresses = ['2001:db8::1'];
    await expect(login('2001:db8::2', PASSWORD)).resolves.toMatchObject({ user: { id: 1 } });
    const device = new DeviceCookies([SECRET]).issue(1);
    await expect(login('198.51.100.98', PASSWORD, device)).resolves.toMatchObject({ user: { id: 1 } });
    expect(
      await errorOf(login('198.51.100.98', PASSWORD, new DeviceCookies([SECRET]).issue(2))),
    ).toMatchObject({
      code: 'rate_limited',
    });
  });

  test('[G5] does not count a password that could not be checked as a failure', async () => {
    const busy: Hashing = {
      hash: plainPasswords.hash,
      verify: async () => {
        throw new ChatError('overloaded');
      },
    };
    const accounts = build('open', true, busy);
    const codes: string[] = [];
    for (let i = 0; i < 9; i++)
      codes.push((await errorOf(accounts.login({ login: 'ann', password: PASSWORD }, VISITOR))).code);
    expect(new Set(codes)).toEqual(new Set(['overloaded']));
  });
});

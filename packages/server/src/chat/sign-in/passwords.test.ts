import { type ChatError, PASSWORD_MAX_CHARS } from '@banter/protocol';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { describe, expect, test } from 'vitest';
import { COMMON_PASSWORDS } from './common-passwords.ts';
import { checkPassword, isOutdated, PASSWORD_LIMITS, Passwords } from './passwords.ts';

const passwords = new Passwords();
const PASSWORD = 'three tired tortoises';

describe('a hash', () => {
  test('is argon2id with 19 MiB, two passes and one lane', async () => {
    const hash = await passwords.hash(PASSWORD);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{43}$/);
    expect(isOutdated(hash)).toBe(false);
  });

  test('differs each time, and verifies', async () => {
    const [one, two] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)]);
    expect(one).not.toBe(two);
    expect(await passwords.verify(PASSWORD, one)).toBe(true);
    expect(await passwords.verify(`${PASSWORD} `, one)).toBe(false);
  });

  test('covers every byte: 72 and 73 equal ones differ', async () => {
    const hash = await passwords.hash('y'.repeat(72));
    expect(await passwords.verify('y'.repeat(73), hash)).toBe(false);
    expect(await passwords.verify('y'.repeat(72), hash)).toBe(true);
  });

  test('works for the longest password, in any script', async () => {
    const long = '\u{1F422}'.repeat(PASSWORD_MAX_CHARS);
    expect(await passwords.verify(long, await passwords.hash(long))).toBe(true);
  });

  test.each(['2a', '2b'])('by bcrypt with the prefix $%s$ verifies, and is outdated', async (prefix) => {
    const hash = (await bcryptHash(PASSWORD, { cost: 4 })).replace(/^\$2[aby]\$/, `$${prefix}$`);
    expect(await passwords.verify(PASSWORD, hash)).toBe(true);
    expect(await passwords.verify('three tired turtles', hash)).toBe(false);
    expect(isOutdated(hash)).toBe(true);
  });

  test.each([
    '$argon2id$v=19$m=4096,t=2,p=1$c2FsdHNhbHQ$AAAA',
    '$argon2id$v=19$m=19456,t=1,p=1$c2FsdHNhbHQ$AAAA',
    '$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$AAAA',
  ])('with other parameters is outdated: %s', (hash) => {
    expect(isOutdated(hash)).toBe(true);
  });

  test.each(['', 'plain text', '$1$md5', '$2x$10$abc'])(
    'in an unknown format matches no password: %j',
    async (hash) => {
      expect(await passwords.verify(hash, hash)).toBe(false);
    },
  );

  test('that is null matches no password', async () => {
    expect(await passwords.verify(PASSWORD, null)).toBe(false);
    expect(await passwords.verify('', null)).toBe(false);
  });
});

describe('hashing', () => {
  test('leaves the event loop free', async () => {
    let turns = 0;
    let isDone = false;
    const count = () => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await passwords.hash(PASSWORD);
    isDone = true;
    // On this thread, no turn would pass between the call and its end.
    expect(turns).toBeGreaterThan(3);
  });

  test('[G9] of one person waits in a short line, and refuses this person alone', async () => {
    const own = new Passwords();
    const cheap = await bcryptHash(PASSWORD, { cost: 4 });
    const check = (person: number) => own.verify(PASSWORD, cheap, { network: 'a', person });
    const { runningOfPerson, waitingOfPerson } = PASSWORD_LIMITS;
    const started = Array.from({ length: runningOfPerson + waitingOfPerson }, () => check(1));
    await expect(check(1)).rejects.toMatchObject({ code: 'rate_limited' } satisfies Partial<ChatError>);
    expect(await check(2)).toBe(true);
    expect(new Set(await Promise.all(started))).toEqual(new Set([true]));
    expect(await check(1)).toBe(true);
  });

  test('[G9] goes round the callers: one check does not wait for the lines of others', async () => {
    const own = new Passwords();
    const cheap = await bcryptHash(PASSWORD, { cost: 4 });
    const ended: string[] = [];
    const check = (network: string, person: number) =>
      own.verify(PASSWORD, cheap, { network, person }).then(() => ended.push(network));
    const flood = Array.from({ length: 40 }, (_, i) => check('flood', i % 8));
    await Promise.all([...flood, check('home', 99)]);
    expect(ended.indexOf('home')).toBeLessThan(6);
  });

  test('goes on after a failure', async () => {
    const own = new Passwords();
    const broken = Array.from({ length: 5 }, () => own.verify(PASSWORD, '$argon2id$broken'));
    const ended = await Promise.allSettled(broken);
    expect(new Set(ended.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(await own.verify(PASSWORD, await own.hash(PASSWORD))).toBe(true);
  });
});

describe('a new password', () => {
  test.each([
    'three tired tortoises',
    'tenletters',
    'lower case only, no digit',
    '\u{1F422}\u{1F40C}'.repeat(5),
    'ab'.repeat(PASSWORD_MAX_CHARS / 2),
  ])('can be %j', (password) => {
    expect(checkPassword(password, 'ann')).toBeNull();
  });

  test.each([
    ['ninechars', /at least 10/],
    ['\u{1F422}'.repeat(9), /at least 10/],
    ['xy'.repeat(PASSWORD_MAX_CHARS / 2).concat('z'), /at most 256/],
    ['aaaaaaaaaaaaaaaa', /too common/],
    ['AAAAAAAAAAaaaaaa', /too common/],
    ['\u{1F422}'.repeat(10), /too common/],
    ['1234567890', /too common/],
    ['CorrectHorseBatteryStaple', /too common/],
    ['Ann-The-Owner', /must differ from the username/],
  ])('cannot be %j', (password, problem) => {
    expect(checkPassword(password, 'ann-the-owner')).toMatch(problem);
  });

  test('is compared with a list of passwords that are long enough to be chosen', () => {
    expect(COMMON_PASSWORDS.size).toBeGreaterThan(100);
    for (const common of COMMON_PASSWORDS) {
      expect(common).toBe(common.toLowerCase());
      expect(common.length).toBeGreaterThanOrEqual(10);
    }
  });
});

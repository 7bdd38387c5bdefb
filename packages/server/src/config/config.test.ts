import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from './config.ts';
import { SETTINGS } from './settings.ts';

const SECRET = 'a signing key that is long enough for any rule';
const OTHER_SECRET = 'another signing key, the one that was used before';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('without any setting', () => {
  test('every setting has its default', () => {
    expect(loadConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: resolve('data'),
      databaseUrl: null,
      jwtSecrets: null,
      publicUrl: null,
      allowedOrigins: new Set(),
      trustedProxies: null,
      registration: 'open',
      lobbyName: 'lobby',
      logLevel: 'info',
      logFormat: 'auto',
      rates: expect.objectContaining({
        send: { burst: 400, perSecond: 40 },
        createRoom: { burst: 60, perSecond: 0.2 },
      }),
      caps: { roomsOwned: 100, roomsJoined: 500, subscriptions: 500 },
      retention: { bansDays: 30, reportsDays: 90 },
      bytesPerDay: 50 * 1024 * 1024,
      minFreeBytes: 256 * 1024 * 1024,
      maxDatabaseBytes: null,
    });
  });

  test('an empty value counts as unset', () => {
    const empty = Object.fromEntries(
      SETTINGS.flatMap(({ name }) => [
        [name, ''],
        [`${name}_FILE`, ''],
      ]),
    );
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });
});

describe('a valid setting', () => {
  const valid: [Record<string, string>, object][] = [
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ KEEP_BANS_DAYS: '1', KEEP_REPORTS_DAYS: '3650' }, { retention: { bansDays: 1, reportsDays: 3_650 } }],
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ HOST: '::1' }, { host: '::1' }],
    [{ DATA_DIR: '/srv/banter' }, { dataDir: '/srv/banter' }],
    [{ PUBLIC_URL: 'https://chat.example.net/' }, { publicUrl: 'https://chat.example.net' }],
    [{ PUBLIC_URL: 'http://localhost:80' }, { publicUrl: 'http://localhost' }],
    [{ REGISTRATION: 'closed' }, { registration: 'closed' }],
    [{ LOBBY: 'hall' }, { lobbyName: 'hall' }],
    [{ LOBBY: 'off' }, { lobbyName: null }],
    [{ REGISTRATION: 'invite' }, { registration: 'invite' }],
    [{ LOG_LEVEL: 'trace' }, { logLevel: 'trace' }],
    [{ LOG_FORMAT: 'json' }, { logFormat: 'json' }],
    [{ RATE_LIMITS: 'off' }, { rates: null }],
    [{ RATE_SEND: '10/0.5' }, { rates: { send: { burst: 10, perSecond: 0.5 } } }],
    [{ RATE_ROOM: 'off' }, { rates: { room: null } }],
    [{ JWT_SECRET: SECRET }, { jwtSecrets: [SECRET] }],
    [{ JWT_SECRET: SECRET, JWT_SECRET_PREVIOUS: OTHER_SECRET }, { jwtSecrets: [SECRET, OTHER_SECRET] }],
    [
      { DATABASE_URL: 'postgres://me@localhost/banter', JWT_SECRET: SECRET },
      { databaseUrl: 'postgres://me@localhost/banter' },
    ],
    [
      { PUBLIC_URL: 'https://a.example', ALLOWED_ORIGINS: 'http://b.example:8080/, https://c.example' },
      { allowedOrigins: new Set(['https://a.example', 'http://b.example:8080', 'https://c.example']) },
    ],
  ];

  test.each(valid)('%o is accepted', (environment, expected) => {
    expect(loadConfig(environment)).toMatchObject(expected);
  });

  test('TRUST_PROXY accepts loopback, and IPv4 and IPv6 addresses and subnets', () => {
    const loopback = loadConfig({ TRUST_PROXY: 'loopback' }).trustedProxies;
    expect(loopback?.check('127.8.9.1')).toBe(true);
    expect(loopback?.check('::1', 'ipv6')).toBe(true);
    expect(loopback?.check('10.0.0.1')).toBe(false);
    const listed = loadConfig({ TRUST_PROXY: '10.0.0.0/8, 192.168.1.2 ,fd00::/8' }).trustedProxies;
    expect(listed?.check('10.255.0.1')).toBe(true);
    expect(listed?.check('192.168.1.2')).toBe(true);
    expect(listed?.check('192.168.1.3')).toBe(false);
    expect(listed?.check('fd12::1', 'ipv6')).toBe(true);
  });
});

describe('an invalid setting is reported with its name, the problem and what is allowed', () => {
  const invalid: [string, string, RegExp][] = [
    ['PORT', 'eighty', /"eighty" is not a port: use a whole number from 0 to 65535/],
    ['PORT', '65536', /from 0 to 65535/],
    ['PORT', '-1', /from 0 to 65535/],
    ['PORT', '80.5', /from 0 to 65535/],
    ['PORT', '0x50', /from 0 to 65535/],
    [
      'HOST',
      'two words',
      /"two words" is not an address or host name: use one of this machine, or 0\.0\.0\.0/,
    ],
    ['DATABASE_URL', 'mysql://localhost/x', /must begin with postgres:\/\//],
    ['DATABASE_URL', 'postgres://', /such as postgres:\/\/user:password@host:5432\/banter/],
    ['JWT_SECRET', 'x'.repeat(31), /at least 32 bytes: create one with openssl/],
    ['JWT_SECRET_PREVIOUS', 'x'.repeat(31), /at least 32 bytes/],
    ['JWT_SECRET_PREVIOUS', OTHER_SECRET, /has no effect without JWT_SECRET: set both/],
    ['NATS_URL', 'nats://localhost', /leave it unset/],
    ['PUBLIC_URL', 'chat.example.net', /is not a URL: use one such as https:\/\/chat.example.net/],
    ['PUBLIC_URL', 'ftp://chat.example.net', /must begin with https:\/\/ or http:\/\//],
    ['PUBLIC_URL', 'https://chat.example.net/sub', /must have no path: use https:\/\/chat.example.net/],
    ['ALLOWED_ORIGINS', 'https://a.example, nowhere', /"nowhere" is not a URL/],
    ['ALLOWED_ORIGINS', 'null', /is not a URL/],
    ['ALLOWED_ORIGINS', '*', /is not a URL/],
    [
      'TRUST_PROXY',
      'on',
      /"on" is not an address or subnet: use off, loopback, or a list such as 10.0.0.0\/8/,
    ],
    ['TRUST_PROXY', '10.0.0.0/33', /is not an address or subnet/],
    ['TRUST_PROXY', '10.0.0.0/', /is not an address or subnet/],
    ['TRUST_PROXY', '10.0.0.0/8/9', /is not an address or subnet/],
    ['TRUST_PROXY', 'fd00::/129', /is not an address or subnet/],
    ['TRUST_PROXY', ',', /is not an address or subnet/],
    ['REGISTRATION', 'invited', /"invited" is not allowed: use open, invite, closed/],
    ['LOBBY', 'the hall', /"the hall" is not a room name: use 1 to 32/],
    ['REGISTRATION', 'Open', /use open, invite, closed/],
    ['LOG_LEVEL', 'loud', /use fatal, error, warn, info, debug, trace/],
    ['LOG_FORMAT', 'xml', /use auto, pretty, json/],
    ['RATE_LIMITS', 'false', /use on, off/],
    ['RATE_SEND', '40', /is not a rate: use burst\/per second such as 400\/40, or off/],
    ['RATE_SEND', '0/1', /is not a rate: use burst\/per second such as 400\/40, or off/],
    ['RATE_SEND', '1/0', /is not a rate: use burst\/per second such as 400\/40, or off/],
    ['RATE_SEND', '1e3/5', /is not a rate: use burst\/per second such as 400\/40, or off/],
    ['RATE_SEND', '2000000/1', /is not a rate: use burst\/per second such as 400\/40, or off/],
    ['RATE_SEND', '-1/4', /is not a rate: use burst\/per second such as 400\/40, or off/],
    ['RATE_SEND', '5/', /is not a rate: use burst\/per second such as 400\/40, or off/],
    ['RATE_SEND', '4/1/2', /is not a rate: use burst\/per second such as 400\/40, or off/],
  ];

  test.each(invalid)('%s=%s', (name, value, expected) => {
    const problems = problemsOf({
      [name]: value,
      ...(name === 'DATABASE_URL' ? { JWT_SECRET: SECRET } : {}),
    });
    const named = problems.filter((problem) => problem.startsWith(`${name}: `));
    expect(named.join('\n')).toMatch(expected);
    expect(problems).toEqual(named);
  });

  test('DATABASE_URL without JWT_SECRET', () => {
    const problems = problemsOf({ DATABASE_URL: 'postgres://localhost/banter' });
    expect(problems).toEqual([
      expect.stringMatching(/^JWT_SECRET: is required with DATABASE_URL .* 32 bytes/),
    ]);
  });

  test('several are all reported, one line each', () => {
    const environment = { PORT: 'x', LOG_LEVEL: 'x', TRUST_PROXY: 'x', DATABASE_URL: 'x', NATS_URL: 'x' };
    const names = problemsOf(environment).map((problem) => problem.split(':')[0]);
    expect(names.sort()).toEqual([
      'DATABASE_URL',
      'JWT_SECRET',
      'LOG_LEVEL',
      'NATS_URL',
      'PORT',
      'TRUST_PROXY',
    ]);
    expect(() => loadConfig(environment)).toThrow(/^PORT: .*\n/);
  });

  test('a problem never repeats a secret', () => {
    expect(problemsOf({ JWT_SECRET: 'hunter2' }).join()).not.toContain('hunter2');
    expect(problemsOf({ DATABASE_URL: 'mysql://me:hunter2@db/x' }).join()).not.toContain('hunter2');
  });
});

describe('a setting from a file', () => {
  let folder: string;
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'banter-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['\n', '\r\n', ''])('is the content without the line ending %j', (lineEnd) => {
    expect(loadConfig({ JWT_SECRET_FILE: file('secret', `${SECRET}${lineEnd}`) }).jwtSecrets).toEqual([
      SECRET,
    ]);
  });

  test('is checked like any other', () => {
    expect(problemsOf({ PORT_FILE: file('port', 'x\n') })).toEqual([
      expect.stringMatching(/^PORT: "x" is not a port/),
    ]);
  });

  test('is rejected when the file is empty', () => {
    const path = file('empty', '\n');
    expect(problemsOf({ JWT_SECRET_FILE: path })).toEqual([
      `JWT_SECRET_FILE: ${path} is empty: write the value into it`,
    ]);
  });

  test('is rejected when the variable itself is set too', () => {
    const problems = problemsOf({ PORT: '1', PORT_FILE: file('port', '2') });
    expect(problems).toEqual(['PORT: PORT_FILE is set too: set only one of them']);
  });

  test('is reported with its variable and path when the file cannot be read', () => {
    const path = join(folder, 'absent');
    expect(problemsOf({ JWT_SECRET_FILE: path })).toEqual([
      `JWT_SECRET_FILE: cannot read ${path} (ENOENT): give a readable file`,
    ]);
  });

  test('is reported once, even if the setting is read several times', () => {
    const path = join(folder, 'absent');
    const problems = problemsOf({ DATABASE_URL_FILE: path });
    expect(problems).toEqual([`DATABASE_URL_FILE: cannot read ${path} (ENOENT): give a readable file`]);
  });
});

test('every setting has a name in capitals and a description, and is listed once', () => {
  expect(new Set(SETTINGS.map(({ name }) => name)).size).toBe(SETTINGS.length);
  for (const { name, meaning } of SETTINGS) {
    expect(name).toMatch(/^[A-Z][A-Z_]+$/);
    expect(meaning).not.toBe('');
  }
});

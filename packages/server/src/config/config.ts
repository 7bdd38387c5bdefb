/** The settings: read once from the environment, typed, checked, each with its default and what it means. */
import { readFileSync } from 'node:fs';
import type { BlockList } from 'node:net';
import { resolve } from 'node:path';
import type { Registration } from '@banter/protocol';
import { RATE_SETTINGS, type RateKind, type Rates } from './rates.ts';
import {
  isWrong,
  oneOf,
  toDatabaseUrl,
  toHost,
  toLobby,
  toOrigin,
  toOrigins,
  toPort,
  toProxies,
  toRate,
  type Wrong,
  wrong,
} from './values.ts';

export type Config = {
  port: number;
  host: string;
  dataDir: string;
  /** Null: the embedded PostgreSQL in dataDir. */
  databaseUrl: string | null;
  /** The signing key first, then earlier ones; null: generated once and kept in dataDir. */
  jwtSecrets: readonly [string, ...string[]] | null;
  publicUrl: string | null;
  /** Exact origins that may open sockets; empty: the host that was asked for. */
  allowedOrigins: ReadonlySet<string>;
  trustedProxies: BlockList | null;
  registration: Registration;
  /** Null: no lobby. */
  lobbyName: string | null;
  logLevel: LogLevel;
  logFormat: 'pretty' | 'json' | 'auto';
  /** Null lifts all of them. */
  rates: Rates | null;
};

export type LogLevel = (typeof LOG_LEVELS)[number];

/** A wrong setting, or several: names each variable, what is wrong and what is allowed. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Setting = { name: string; fallback: string; meaning: string };

/** Every setting, for the documents and the check of unknown ones. An empty fallback stands for none. */
export const SETTINGS: readonly Setting[] = [
  { name: 'PORT', fallback: '8080', meaning: 'the port to listen on; 0 takes a free one' },
  { name: 'HOST', fallback: '127.0.0.1', meaning: 'the address to listen on; 0.0.0.0 for all' },
  { name: 'DATA_DIR', fallback: './data', meaning: 'the embedded PostgreSQL and generated secrets' },
  {
    name: 'DATABASE_URL',
    fallback: '',
    meaning: 'a PostgreSQL of your own, 15 or newer; none: the embedded one',
  },
  {
    name: 'JWT_SECRET',
    fallback: '',
    meaning: 'signs access tokens, at least 32 bytes; required with DATABASE_URL',
  },
  {
    name: 'JWT_SECRET_PREVIOUS',
    fallback: '',
    meaning: 'the key before, still accepted while its tokens live',
  },
  { name: 'NATS_URL', fallback: '', meaning: 'reserved for several nodes; must be unset' },
  {
    name: 'PUBLIC_URL',
    fallback: '',
    meaning: 'where people reach this server, as https://chat.example.net',
  },
  {
    name: 'ALLOWED_ORIGINS',
    fallback: '',
    meaning: 'further origins whose pages may open sockets, with commas between',
  },
  {
    name: 'TRUST_PROXY',
    fallback: 'off',
    meaning: 'off, loopback, or addresses and subnets of proxies, with commas between',
  },
  {
    name: 'REGISTRATION',
    fallback: 'open',
    meaning: 'open, invite or closed; the first account is the administrator',
  },
  {
    name: 'LOBBY',
    fallback: 'lobby',
    meaning: 'the room that new accounts join, made on a server without rooms; off for none',
  },
  { name: 'LOG_LEVEL', fallback: 'info', meaning: 'fatal, error, warn, info, debug or trace' },
  { name: 'LOG_FORMAT', fallback: 'auto', meaning: 'pretty, json, or auto: pretty on a terminal' },
  { name: 'RATE_LIMITS', fallback: 'on', meaning: 'off lifts rate limits, for measuring on loopback only' },
  ...Object.values(RATE_SETTINGS),
];

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
/** A key for HMAC-SHA256 has at least as many bits as the hash (RFC 7518 3.2). */
const SECRET_MIN_BYTES = 32;

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings. `NAME_FILE` names a file that holds the value of NAME.
 * @throws ConfigError with a line for each wrong setting.
 */
export function loadConfig(environment: Environment): Config {
  const problems: string[] = [];
  const read = (name: string) => readSetting(environment, name, problems);
  const parse: Parse = <T>(name: string, parser: (value: string) => T | Wrong): T => {
    const value = parser(read(name));
    if (!isWrong(value)) return value;
    problems.push(`${name}: ${value.wrong}`);
    return undefined as T;
  };
  const config: Config = {
    port: parse('PORT', toPort),
    host: parse('HOST', toHost),
    dataDir: resolve(read('DATA_DIR')),
    databaseUrl: parse('DATABASE_URL', toDatabaseUrl),
    jwtSecrets: readSecrets(read, problems),
    publicUrl: parse('PUBLIC_URL', toOrigin),
    allowedOrigins: new Set(),
    trustedProxies: parse('TRUST_PROXY', toProxies),
    registration: parse('REGISTRATION', oneOf('open', 'invite', 'closed')),
    lobbyName: parse('LOBBY', toLobby),
    logLevel: parse('LOG_LEVEL', oneOf(...LOG_LEVELS)),
    logFormat: parse('LOG_FORMAT', oneOf('auto', 'pretty', 'json')),
    rates: null,
  };
  const rates = readRates(parse);
  if (parse('RATE_LIMITS', oneOf('on', 'off')) === 'on') config.rates = rates;
  parse('NATS_URL', (value) =>
    value === '' ? null : wrong('this version runs as one node; leave it unset'),
  );
  config.allowedOrigins = withPublic(parse('ALLOWED_ORIGINS', toOrigins), config.publicUrl);
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return config;
}

function readSetting(environment: Environment, name: string, problems: string[]): string {
  const fallback = SETTINGS.find((setting) => setting.name === name)?.fallback ?? '';
  const file = environment[`${name}_FILE`];
  const value = environment[name];
  if (file === undefined || file === '') return value === undefined || value === '' ? fallback : value;
  if (value) {
    problems.push(`${name}: set ${name} or ${name}_FILE, not both`);
    return fallback;
  }
  try {
    const text = readFileSync(file, 'utf8').trim();
    // Not the same as none: whoever names a file means what should be in it.
    if (text === '') problems.push(`${name}_FILE: ${file} is empty`);
    return text === '' ? fallback : text;
  } catch (error) {
    problems.push(`${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
    return fallback;
  }
}

function readSecrets(read: (name: string) => string, problems: string[]): Config['jwtSecrets'] {
  const [current, previous] = [read('JWT_SECRET'), read('JWT_SECRET_PREVIOUS')];
  const rule = `must have at least ${SECRET_MIN_BYTES} bytes; make one with: openssl rand -base64 48`;
  const isShort = (secret: string) => Buffer.byteLength(secret) < SECRET_MIN_BYTES;
  if (current === '' && read('DATABASE_URL') !== '')
    problems.push(`JWT_SECRET: is required with DATABASE_URL and ${rule}`);
  else if (current !== '' && isShort(current)) problems.push(`JWT_SECRET: ${rule}`);
  if (previous !== '' && isShort(previous)) problems.push(`JWT_SECRET_PREVIOUS: ${rule}`);
  if (previous !== '' && current === '') problems.push('JWT_SECRET_PREVIOUS: needs JWT_SECRET beside it');
  if (current === '') return null;
  return previous === '' ? [current] : [current, previous];
}

type Parse = <T>(name: string, parser: (value: string) => T | Wrong) => T;

function readRates(parse: Parse): Rates {
  const kinds = Object.entries(RATE_SETTINGS) as [RateKind, { name: string }][];
  return Object.fromEntries(kinds.map(([kind, { name }]) => [kind, parse(name, toRate)])) as Rates;
}

function withPublic(origins: string[] | undefined, publicUrl: string | null): ReadonlySet<string> {
  return new Set([...(publicUrl ? [publicUrl] : []), ...(origins ?? [])]);
}

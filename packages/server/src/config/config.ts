/** The settings' values: read from the environment once, parsed and checked. */
import { readFileSync } from 'node:fs';
import type { BlockList } from 'node:net';
import { resolve } from 'node:path';
import type { Registration } from '@banter/protocol';
import { RATE_SETTINGS, type RateKind, type Rates } from './rates.ts';
import { SETTINGS } from './settings.ts';
import {
  type Invalid,
  invalid,
  isInvalid,
  oneOf,
  toDatabaseUrl,
  toDays,
  toHost,
  toLobby,
  toMaximum,
  toMib,
  toOrigin,
  toOrigins,
  toPort,
  toProxies,
  toRate,
} from './values.ts';

/** The settings, parsed. */
export type Config = {
  port: number;
  host: string;
  /** An absolute path. */
  dataDir: string;
  /** Null means the embedded PostgreSQL in dataDir. */
  databaseUrl: string | null;
  /** The signing key, then earlier keys that are still accepted. Null means a key generated once and kept in dataDir. */
  jwtSecrets: readonly [string, ...string[]] | null;
  /** The origin that people open, or null when unset. */
  publicUrl: string | null;
  /** The exact origins whose pages may open sockets. When empty, only pages of the requested host may. */
  allowedOrigins: ReadonlySet<string>;
  /** The proxies whose forwarding headers are trusted. Null means none. */
  trustedProxies: BlockList | null;
  registration: Registration;
  /** Null means no lobby. */
  lobbyName: string | null;
  logLevel: LogLevel;
  logFormat: 'pretty' | 'json' | 'auto';
  /** How many days expired bans and mutes, and closed reports, are kept. */
  retention: { bansDays: number; reportsDays: number };
  /** Null turns all rate limits off. */
  rates: Rates | null;
  /** The most rooms of one person and subscriptions of one socket. Null without rate limits. */
  caps: { roomsOwned: number; roomsJoined: number; subscriptions: number } | null;
  /** How many bytes of messages one person may store on one day. Null means no quota. */
  bytesPerDay: number | null;
  /** How many bytes must stay free on the embedded PostgreSQL's disk. Null means no bound. */
  minFreeBytes: number | null;
  /** How many bytes the database may have. Null means no bound. */
  maxDatabaseBytes: number | null;
};

/** The least important level to log. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Thrown for invalid settings. Each problem names the setting, what is wrong, and what is allowed. */
export class ConfigError extends Error {
  /** One line for each invalid setting. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
/** A key for HMAC-SHA256 must have at least as many bits as the hash (RFC 7518 3.2). */
const SECRET_MIN_BYTES = 32;

type Environment = Record<string, string | undefined>;

/**
 * Reads the settings. `NAME_FILE` is the path of a file that holds the value of NAME.
 * @throws ConfigError with a line for each invalid setting.
 */
export function loadConfig(environment: Environment): Config {
  const problems: string[] = [];
  const read = (name: string) => readSetting(environment, name, problems);
  const parse: Parse = <T>(name: string, parser: (value: string) => T | Invalid): T => {
    const value = parser(read(name));
    if (!isInvalid(value)) return value;
    problems.push(`${name}: ${value.problem}`);
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
    retention: { bansDays: parse('KEEP_BANS_DAYS', toDays), reportsDays: parse('KEEP_REPORTS_DAYS', toDays) },
    rates: null,
    caps: null,
    bytesPerDay: null,
    minFreeBytes: parse('MIN_FREE_DISK_MIB', toMib),
    maxDatabaseBytes: parse('MAX_DATABASE_MIB', toMib),
  };
  const rates = readRates(parse);
  const caps = {
    roomsOwned: parse('MAX_ROOMS_OWNED', toMaximum),
    roomsJoined: parse('MAX_ROOMS_JOINED', toMaximum),
    subscriptions: parse('MAX_SUBSCRIPTIONS', toMaximum),
  };
  const bytesPerDay = parse('QUOTA_DAILY_MIB', toMib);
  if (parse('RATE_LIMITS', oneOf('on', 'off')) === 'on') Object.assign(config, { rates, caps, bytesPerDay });
  parse('NATS_URL', (value) =>
    value === '' ? null : invalid('this version runs as one node: leave it unset'),
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
    problems.push(`${name}: ${name}_FILE is set too: set only one of them`);
    return fallback;
  }
  try {
    const text = readFileSync(file, 'utf8').trim();
    // An empty file differs from an unset variable: the operator meant to give a value.
    if (text === '') problems.push(`${name}_FILE: ${file} is empty: write the value into it`);
    return text === '' ? fallback : text;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? error;
    problems.push(`${name}_FILE: cannot read ${file} (${reason}): give a readable file`);
    return fallback;
  }
}

function readSecrets(read: (name: string) => string, problems: string[]): Config['jwtSecrets'] {
  const [current, previous] = [read('JWT_SECRET'), read('JWT_SECRET_PREVIOUS')];
  const rule = `must have at least ${SECRET_MIN_BYTES} bytes: create one with openssl rand -base64 48`;
  const isShort = (secret: string) => Buffer.byteLength(secret) < SECRET_MIN_BYTES;
  if (current === '' && read('DATABASE_URL') !== '')
    problems.push(`JWT_SECRET: is required with DATABASE_URL and ${rule}`);
  else if (current !== '' && isShort(current)) problems.push(`JWT_SECRET: ${rule}`);
  if (previous !== '' && isShort(previous)) problems.push(`JWT_SECRET_PREVIOUS: ${rule}`);
  if (previous !== '' && current === '')
    problems.push('JWT_SECRET_PREVIOUS: has no effect without JWT_SECRET: set both');
  if (current === '') return null;
  return previous === '' ? [current] : [current, previous];
}

type Parse = <T>(name: string, parser: (value: string) => T | Invalid) => T;

function readRates(parse: Parse): Rates {
  const kinds = Object.entries(RATE_SETTINGS) as [RateKind, { name: string }][];
  return Object.fromEntries(kinds.map(([kind, { name }]) => [kind, parse(name, toRate)])) as Rates;
}

function withPublic(origins: string[] | undefined, publicUrl: string | null): ReadonlySet<string> {
  return new Set([...(publicUrl ? [publicUrl] : []), ...(origins ?? [])]);
}

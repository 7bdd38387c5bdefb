/** Parsers for the values of settings. Each returns the value, or a message with the problem and what is allowed. */
import { BlockList, isIP } from 'node:net';
import { ROOM_NAME_PATTERN, ROOM_NAME_RULE } from '@banter/protocol';
import { parseRate, type Rate } from './rates.ts';

/** The result of parsing an invalid value: the problem, in words. */
export type Invalid = { problem: string };

/** Returns the result for an invalid value. `problem` says what is wrong and what is allowed. */
export function invalid(problem: string): Invalid {
  return { problem };
}

/** Tells whether a parser's result is a problem instead of a value. */
export function isInvalid(value: unknown): value is Invalid {
  return typeof value === 'object' && value !== null && 'problem' in value;
}

const PORT_MAX = 65_535;
const DAYS_MAX = 3_650;

/** Parses a rate limit, `burst/perSecond`. @returns null for off. */
export function toRate(value: string): Rate | null | Invalid {
  const rate = parseRate(value);
  if (rate !== undefined) return rate;
  return invalid(`${JSON.stringify(value)} is not a rate: use burst/per second such as 400/40, or off`);
}

/** Parses a maximum: a whole number from 1 to a million. */
export function toMaximum(value: string): number | Invalid {
  const count = /^[1-9]\d{0,6}$/.test(value) ? Number(value) : Number.NaN;
  return count <= 1_000_000
    ? count
    : invalid(`${JSON.stringify(value)} is not a maximum: use a whole number from 1 to 1000000`);
}

/** Parses a number of days: a whole number from 1 to 3650. */
export function toDays(value: string): number | Invalid {
  const days = /^[1-9]\d{0,3}$/.test(value) ? Number(value) : Number.NaN;
  return days <= DAYS_MAX
    ? days
    : invalid(`${JSON.stringify(value)} is not a number of days: use a whole number from 1 to ${DAYS_MAX}`);
}

const MIB = 1_024 * 1_024;

/** Parses an amount of storage in MiB: a whole number from 1 to ten million. @returns bytes; null for off. */
export function toMib(value: string): number | null | Invalid {
  if (value === 'off') return null;
  return /^[1-9]\d{0,6}$/.test(value)
    ? Number(value) * MIB
    : invalid(
        `${JSON.stringify(value)} is not an amount in MiB: use a whole number from 1 to 9999999, or off`,
      );
}

/** Parses the lobby's name. @returns null for off. */
export function toLobby(value: string): string | null | Invalid {
  if (value === 'off') return null;
  return ROOM_NAME_PATTERN.test(value)
    ? value
    : invalid(`${JSON.stringify(value)} is not a room name: use ${ROOM_NAME_RULE}, or off`);
}

/** Parses a port: a whole number from 0 to 65535. */
export function toPort(value: string): number | Invalid {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  return port <= PORT_MAX
    ? port
    : invalid(`${JSON.stringify(value)} is not a port: use a whole number from 0 to ${PORT_MAX}`);
}

/** Parses an IP address or a host name. */
export function toHost(value: string): string | Invalid {
  return /^[A-Za-z0-9.:_-]+$/.test(value)
    ? value
    : invalid(`${JSON.stringify(value)} is not an address or host name: use one of this machine, or 0.0.0.0`);
}

/** Parses the URL of a PostgreSQL database. @returns null when unset. */
export function toDatabaseUrl(value: string): string | null | Invalid {
  if (value === '') return null;
  if (/^postgres(ql)?:\/\/./.test(value)) return value;
  return invalid(
    'must begin with postgres:// or postgresql://, such as postgres://user:password@host:5432/banter',
  );
}

/** Parses an exact origin: scheme, host and port, without a path. @returns null when unset. */
export function toOrigin(value: string): string | null | Invalid {
  if (value === '') return null;
  if (!URL.canParse(value))
    return invalid(`${JSON.stringify(value)} is not a URL: use one such as https://chat.example.net`);
  const { protocol, origin, pathname } = new URL(value);
  if (!/^https?:$/.test(protocol))
    return invalid(`${JSON.stringify(value)} must begin with https:// or http://`);
  return pathname === '/' ? origin : invalid(`${JSON.stringify(value)} must have no path: use ${origin}`);
}

/** Parses a list of exact origins, separated by commas. */
export function toOrigins(value: string): string[] | Invalid {
  const origins = splitList(value).map(toOrigin);
  return origins.find(isInvalid) ?? origins.filter((origin) => typeof origin === 'string');
}

/** Parses the addresses and subnets of trusted proxies. @returns null for off. */
export function toProxies(value: string): BlockList | null | Invalid {
  if (value === 'off') return null;
  const list = new BlockList();
  const addresses = value === 'loopback' ? ['127.0.0.0/8', '::1'] : splitList(value);
  const unknown = addresses.length === 0 ? value : addresses.find((address) => !addProxy(list, address));
  if (unknown === undefined) return list;
  return invalid(
    `${JSON.stringify(unknown)} is not an address or subnet: use off, loopback, or a list such as 10.0.0.0/8, 192.168.1.2`,
  );
}

function addProxy(list: BlockList, text: string): boolean {
  const [, address = '', prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const size = prefix === undefined ? bits : Number(prefix);
  if (family === 0 || size > bits) return false;
  list.addSubnet(address, size, family === 4 ? 'ipv4' : 'ipv6');
  return true;
}

/** Creates a parser that accepts only these words. */
export function oneOf<const T extends string>(...allowed: T[]): (value: string) => T | Invalid {
  return (value) =>
    allowed.find((item) => item === value) ??
    invalid(`${JSON.stringify(value)} is not allowed: use ${allowed.join(', ')}`);
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

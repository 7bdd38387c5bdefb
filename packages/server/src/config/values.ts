/** The values of settings: each parser gives a value from its text, or says what is wrong with it and what is allowed. */
import { BlockList, isIP } from 'node:net';
import { ROOM_NAME_PATTERN, ROOM_NAME_RULE } from '@banter/protocol';
import { parseRate, type Rate } from './rates.ts';

/** What is wrong with a text, in words. */
export type Wrong = { wrong: string };

/** @param text what is wrong, and what is allowed. */
export function wrong(text: string): Wrong {
  return { wrong: text };
}

export function isWrong(value: unknown): value is Wrong {
  return typeof value === 'object' && value !== null && 'wrong' in value;
}

const PORT_MAX = 65_535;

/** `at once/a second`, or off. */
export function toRate(value: string): Rate | null | Wrong {
  const rate = parseRate(value);
  if (rate !== undefined) return rate;
  return wrong(`${JSON.stringify(value)} is no rate: use how many at once and a second, as 400/40, or off`);
}

/** A room's name, or off. */
export function toLobby(value: string): string | null | Wrong {
  if (value === 'off') return null;
  return ROOM_NAME_PATTERN.test(value)
    ? value
    : wrong(`${JSON.stringify(value)} is no room: a name has ${ROOM_NAME_RULE}`);
}

/** From 0 to 65535. */
export function toPort(value: string): number | Wrong {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  return port <= PORT_MAX
    ? port
    : wrong(`${JSON.stringify(value)} is no port: use a whole number from 0 to ${PORT_MAX}`);
}

/** An address or a host's name. */
export function toHost(value: string): string | Wrong {
  return /^[A-Za-z0-9.:_-]+$/.test(value)
    ? value
    : wrong(`${JSON.stringify(value)} is neither an address nor a host name`);
}

/** Null for none. */
export function toDatabaseUrl(value: string): string | null | Wrong {
  if (value === '') return null;
  if (/^postgres(ql)?:\/\/./.test(value)) return value;
  return wrong('must begin with postgres:// or postgresql://, as postgres://user:password@host:5432/banter');
}

/** An exact origin: scheme, host and port, without a path. */
export function toOrigin(value: string): string | null | Wrong {
  if (value === '') return null;
  if (!URL.canParse(value))
    return wrong(`${JSON.stringify(value)} is no URL: use one as https://chat.example.net`);
  const { protocol, origin, pathname } = new URL(value);
  if (!/^https?:$/.test(protocol))
    return wrong(`${JSON.stringify(value)} must begin with https:// or http://`);
  return pathname === '/' ? origin : wrong(`${JSON.stringify(value)} must have no path: use ${origin}`);
}

/** Exact origins, with commas between. */
export function toOrigins(value: string): string[] | Wrong {
  const origins = splitList(value).map(toOrigin);
  return origins.find(isWrong) ?? origins.filter((origin) => typeof origin === 'string');
}

/** Null for off. */
export function toProxies(value: string): BlockList | null | Wrong {
  if (value === 'off') return null;
  const list = new BlockList();
  const addresses = value === 'loopback' ? ['127.0.0.0/8', '::1'] : splitList(value);
  const unknown = addresses.length === 0 ? value : addresses.find((address) => !addProxy(list, address));
  if (unknown === undefined) return list;
  return wrong(
    `${JSON.stringify(unknown)} is no address or subnet: use off, loopback, or as 10.0.0.0/8, 192.168.1.2`,
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

/** One of these words. */
export function oneOf<const T extends string>(...allowed: T[]): (value: string) => T | Wrong {
  return (value) =>
    allowed.find((item) => item === value) ??
    wrong(`${JSON.stringify(value)} is not allowed: use ${allowed.join(', ')}`);
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

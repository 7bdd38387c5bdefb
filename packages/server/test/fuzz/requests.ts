/** Generates HTTP requests for every route of the server. New routes are included automatically. */

import { readdirSync, readFileSync } from 'node:fs';
import { createHttpApp, type HttpAppDeps } from '../../src/http/door.ts';
import type { Chance } from '../harness/seed.ts';
import { TOKEN } from './commands.ts';
import { mutateFields, mutateText, objectText, stringText, valueText } from './values.ts';

/** A route, with Hono's path parameters. */
export type Route = { method: string; path: string };

/** A request's bytes as text, one character for each byte. */
export type RequestInput = {
  bytes: string;
  /** True if its length is right, so that it can be pipelined with others. */
  isFramed: boolean;
};

/** The placeholder for the access token of a session that an input may end. */
export const SPARE_TOKEN = 'SPARE_TOKEN';

const HTTP_DIR = new URL('../../src/http/', import.meta.url);

/** Returns every route of the API and the page. */
export function listRoutes(): Route[] {
  // The routes are only listed and never called, so they need no dependencies.
  const { routes } = createHttpApp({ chat: {}, facts: {}, files: new Map() } as unknown as HttpAppDeps);
  const calls = routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => ({ method, path }));
  return [...calls, { method: 'POST', path: '/v1/unknown' }];
}

/** Returns the field names of all bodies and queries, from the schemas in the HTTP door's source. */
export function listFieldNames(): string[] {
  const files = readdirSync(HTTP_DIR, { encoding: 'utf8', recursive: true }).filter((file) =>
    file.endsWith('.ts'),
  );
  const sources = files.map((file) => readFileSync(new URL(file, HTTP_DIR), 'utf8'));
  const schemas = sources.flatMap((source) => [...source.matchAll(/strictObject\(\{([^}]*)\}/g)]);
  return [
    ...new Set(
      schemas.flatMap(([, body = '']) => [...body.matchAll(/(\w+):/g)].map(([, name = '']) => name)),
    ),
  ];
}

/** Returns one request. */
export function requestInput(
  chance: Chance,
  {
    routes,
    names,
    roomIds,
  }: { routes: readonly Route[]; names: readonly string[]; roomIds: readonly number[] },
): RequestInput {
  const { method, path } = chance.pick(routes);
  const target = `${path.replaceAll(/:\w+/g, () => paramText(chance, roomIds))}${queryText(chance, names)}`;
  const body = method === 'GET' || method === 'DELETE' ? '' : bodyText(chance, path, names);
  const headers = [
    'Host: banter',
    ...(chance.whole(0, 12) === 0 ? [] : [`Authorization: ${authorization(chance, path)}`]),
    ...(chance.whole(0, 8) === 0 ? [] : [`Content-Type: ${contentType(chance)}`]),
    ...(chance.whole(0, 4) === 0 ? [chance.pick(FURTHER_HEADERS)] : []),
  ];
  const framing = chance.whole(0, 19) === 0 ? oddFraming(chance, body) : null;
  const head = [`${method} ${target.replaceAll(' ', '%20')} HTTP/1.1`, ...headers];
  const bytes = Buffer.byteLength(body);
  const sent = framing?.body ?? Buffer.from(body).toString('latin1');
  head.push(framing?.header ?? `Content-Length: ${bytes}`);
  return { bytes: `${head.join('\r\n')}\r\n\r\n${sent}`, isFramed: framing === null };
}

const PARAMS = [
  '0',
  '-1',
  '1e3',
  '01',
  '999999',
  '9007199254740991',
  '9007199254740993',
  '99999999999999999999',
  'NaN',
  '%00',
  '%ff%fe',
  '%',
  '%zz',
  '%F0%9F%90%9F',
  '%2e%2e',
  '..',
  '%2F',
  'a',
  'ann',
  '__proto__',
  "'",
  'x'.repeat(3_000),
] as const;
const QUERY_VALUES = [...PARAMS, '', '5', '200', '201', 'true', '%ED%A0%80'] as const;
const CONTENT_TYPES = [
  'text/plain',
  'text/plain; charset=utf-16',
  'application/json; charset=iso-8859-1',
  'APPLICATION/JSON',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=',
  'application/json, text/plain',
  '',
  ';',
  '\u00ff',
] as const;
const FURTHER_HEADERS = [
  'Idempotency-Key: a-key-of-a-fuzzer',
  'Idempotency-Key: short',
  'Idempotency-Key: \u00ff\u00fe',
  `Idempotency-Key: ${'k'.repeat(5_000)}`,
  'Content-Encoding: gzip',
  'Expect: 100-continue',
  'Expect: nonsense',
  'Accept: text/event-stream',
  'Last-Event-ID: -1',
  'Last-Event-ID: 99999999999999999999',
  'Accept-Encoding: ;q=0, *;q=x',
  'If-None-Match: *',
  'Range: bytes=5-1',
  'Cookie: banter_refresh=%00; banter_refresh=x; =;',
  'Origin: https://evil.example',
  'Host: [',
  'X-Forwarded-For: 1.2.3.4',
  'X-HTTP-Method-Override: DELETE',
  'User-Agent: \u00ff\u0080',
] as const;
/** Routes that hash a password, which is slow. Most inputs for them fail before that. */
const HASHING = new Set(['/v1/auth/register', '/v1/auth/login']);
/** Routes that may end the caller's session. */
const ENDING = /^\/v1\/(auth|sessions|me)/;

function paramText(chance: Chance, roomIds: readonly number[]): string {
  return chance.whole(0, 2) > 0 ? String(chance.pick(roomIds)) : chance.pick(PARAMS);
}

function queryText(chance: Chance, names: readonly string[]): string {
  if (chance.whole(0, 2) > 0) return '';
  const pairs = Array.from(
    { length: chance.whole(1, 3) },
    () => `${chance.pick([...names, '__proto__', 'before', ''])}=${chance.pick(QUERY_VALUES)}`,
  );
  return `?${pairs.join('&')}`;
}

function bodyText(chance: Chance, path: string, names: readonly string[]): string {
  if (chance.whole(0, 15) === 0) return valueText(chance);
  const all = [...names];
  const fields = Array.from({ length: chance.whole(0, 4) }, (): [string, string] => {
    const name = chance.pick(all);
    return [name, chance.whole(0, 2) === 0 ? valueText(chance) : plausible(name, chance)];
  });
  if (HASHING.has(path) && chance.whole(0, 60) > 0)
    fields.push(['password', chance.pick(['0', 'null', '[]'])]);
  return mutateText(chance, objectText(mutateFields(chance, fields)));
}

/** Returns a value that a route may accept for this field. */
function plausible(name: string, chance: Chance): string {
  const known: Record<string, () => string> = {
    password: () => '"short"',
    id: () => `"fuzz-${chance.whole(1, 1e6)}-id"`,
    kind: () => chance.pick(['"open"', '"closed"']),
    role: () => chance.pick(['"owner"', '"moderator"', '"member"']),
    seq: () => String(chance.whole(0, 5)),
    replyTo: () => '1',
    name: () => `"f${chance.whole(1, 1e6)}"`,
    refreshToken: () => '"AAAA"',
  };
  return known[name]?.() ?? stringText(chance);
}

function authorization(chance: Chance, path: string): string {
  const own = ENDING.test(path) ? SPARE_TOKEN : TOKEN;
  if (chance.whole(0, 9) > 0) return `Bearer ${own}`;
  return chance.pick([
    'Bearer',
    'Basic YTpi',
    'Bearer a.b.c',
    `Bearer ${own}x`,
    'Bearer \u00ff',
    `bearer  ${own}`,
  ]);
}

function contentType(chance: Chance): string {
  return chance.whole(0, 3) > 0 ? 'application/json' : chance.pick(CONTENT_TYPES);
}

function oddFraming(chance: Chance, body: string): { header: string; body: string } {
  const latin = Buffer.from(body).toString('latin1');
  const chunk = `${latin.length.toString(16)}\r\n${latin}\r\n`;
  return chance.pick([
    { header: 'Transfer-Encoding: chunked', body: `${chunk}0\r\n\r\n` },
    { header: 'Transfer-Encoding: chunked', body: `${chunk}zz\r\n` },
    { header: 'Transfer-Encoding: chunked', body: `ffffffffffffffff\r\n${latin}` },
    { header: 'Transfer-Encoding: chunked, gzip', body: latin },
    { header: 'Transfer-Encoding: chunked\r\nContent-Length: 3', body: `${chunk}0\r\n\r\n` },
    { header: `Content-Length: ${latin.length + 7}`, body: latin },
    { header: `Content-Length: ${Math.max(0, latin.length - 3)}`, body: latin },
    { header: 'Content-Length: -1', body: latin },
    { header: 'Content-Length: 1e3', body: latin },
    { header: 'Content-Length: 5\r\nContent-Length: 6', body: latin },
    { header: 'Content-Length: 99999999999999999999', body: latin },
    { header: 'Content-Length: 70000', body: 'x'.repeat(70_000) },
    { header: `Content-Length: ${latin.length + 2}`, body: `${latin}\u00ff\u00fe` },
  ]);
}

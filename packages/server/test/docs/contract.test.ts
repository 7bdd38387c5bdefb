import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  ABOUT_MAX_CHARS,
  AWAY_AFTER_MS,
  AWAY_MESSAGE_MAX_CHARS,
  CLOSE_MEANINGS,
  CLOSES,
  type CloseName,
  CONTENT_MAX_CHARS,
  DIRECT_PEOPLE_MAX,
  DISPLAY_NAME_MAX_CHARS,
  EMAIL_MAX_CHARS,
  ERROR_STATUSES,
  ERRORS,
  type ErrorCode,
  FRAME_MAX_BYTES,
  HEARTBEAT_MS,
  HELLO_MAX_BYTES,
  HELLO_TIMEOUT_MS,
  IGNORED_MAX,
  INVALID_MAX_PER_MINUTE,
  INVITATION_DEFAULT_SECONDS,
  INVITATION_MAX_SECONDS,
  INVITATION_MIN_SECONDS,
  INVITATION_USES_MAX,
  INVITATIONS_LIVE_MAX,
  JSON_MAX_DEPTH,
  MENTIONS_MAX,
  NOTICES_MAX,
  NOTICES_MAX_BYTES,
  OPS,
  PAGE_DEFAULT,
  PAGE_MAX,
  PAGE_MAX_BYTES,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  PONG_TIMEOUT_MS,
  PRESENCE_ROOM_MAX,
  QUOTE_MAX_CHARS,
  REACTION_KINDS_MAX,
  REASON_MAX_CHARS,
  REPORTS_OPEN_MAX,
  REQUEST_MAX_DAYS,
  REQUEST_MESSAGES_MAX,
  REQUESTS_MADE_MAX,
  REQUESTS_WAITING_MAX,
  RESUME_MAX_EVENTS,
  SEARCH_BEHIND_MAX,
  SEARCH_CONTEXT_MAX,
  SEARCH_CONTEXT_MAX_BYTES,
  SEARCH_MAX_CHARS,
  SEARCH_PAGE_DEFAULT,
  SEARCH_PAGE_MAX,
  SEARCH_RANGES_MAX,
  SEARCH_TERMS_MAX,
  SEND_WINDOW,
  SEND_WINDOW_CHARS,
  SILENCE_MAX_MS,
  SLOW_MAX_SECONDS,
  TOKEN_NAME_MAX_CHARS,
  TOKENS_MAX,
  TOPIC_MAX_CHARS,
  TYPING_SHOWN_MS,
  UNREAD_MAX,
  WELCOME_ROOMS_MAX_BYTES,
} from '@banter/protocol';
import { expect, it } from 'vitest';
import { RATE_SETTINGS } from '../../src/config/rates.ts';
import { createHttpApp, type HttpAppDeps } from '../../src/http/door.ts';
import { ROUTES } from '../../src/http/routes/routes.ts';
import { proseOf, rowsUnder } from './markdown.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const contract = textOf('docs/protocol.md');

it('the contract has a row for each error code, with its status, its title and whether it is retryable', () => {
  const rows = rowsUnder(contract, 'Error codes').map(([code = '', status, retryable, title]) => [
    plain(code),
    { status: Number(status), retryable: retryable === 'yes', title },
  ]);
  const codes = Object.entries(ERRORS).map(
    ([code, row]) => [code, { ...row, status: ERROR_STATUSES[code as ErrorCode] }] as const,
  );
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(codes));
  expect(rows).toHaveLength(codes.length);
});

it('the contract has a row for each close code, with its reaction and its reason', () => {
  const rows = rowsUnder(contract, 'Close codes')
    .filter(([code]) => Number(code) > 0)
    .map(([code, reaction, meaning]) => ({ code: Number(code), reaction, meaning }));
  const table = Object.entries(CLOSES);
  expect(rows).toEqual(
    table.map(([name, close]) => ({ ...close, meaning: CLOSE_MEANINGS[name as CloseName] })),
  );
});

it('the contract has a row for each command and each event, and no other rows', () => {
  const names = rowsUnder(contract, 'The socket').map(([name = '']) => plain(name));
  const source = textOf('packages/protocol/src/events.ts');
  const types = [...source.matchAll(/\btype: '(?<type>\w+)'/g)].map((match) => match.groups?.type ?? '');
  expect(names.toSorted()).toEqual([...OPS, ...types].toSorted());
});

it('the contract has a row for each route, and no other rows', () => {
  const documented = [...contract.matchAll(/^\| `(?<call>[A-Z]+ \/v1\/[^`]+)` \|/gm)].map(
    (match) => match.groups?.call ?? '',
  );
  // The routes are only listed and never called, so they need no dependencies.
  const { routes } = createHttpApp({ chat: {}, facts: {}, files: new Map() } as unknown as HttpAppDeps);
  const known = routes
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/v1/'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(documented.toSorted()).toEqual([...new Set(known)].toSorted());
});

it('the contract states each limit with its actual value', () => {
  const documented = Object.fromEntries(rowsUnder(contract, 'Limits'));
  expect(documented).toEqual({
    'content of a message': `${figure(CONTENT_MAX_CHARS)} characters`,
    'client frame, request body': `${figure(FRAME_MAX_BYTES)} bytes`,
    '`hello` frame': `${figure(HELLO_MAX_BYTES)} bytes`,
    'nesting of JSON': `${JSON_MAX_DEPTH} levels`,
    'invalid frames': `${INVALID_MAX_PER_MINUTE} a minute`,
    'time until `hello`': seconds(HELLO_TIMEOUT_MS),
    'interval between pings, wait for a sign of life after one': `${seconds(HEARTBEAT_MS)}, ${seconds(PONG_TIMEOUT_MS)}`,
    'silence after which a client reconnects': seconds(SILENCE_MAX_MS),
    'events that a cursor may be behind': figure(RESUME_MAX_EVENTS),
    'unanswered sends of a connection, above which the server stops reading it': `${figure(SEND_WINDOW)}, or ${figure(SEND_WINDOW_CHARS)} UTF-16 units of content`,
    'page of history or of a list': `${PAGE_MAX}; ${PAGE_DEFAULT} by default`,
    'bytes of a page of history or of hits, as JSON': figure(PAGE_MAX_BYTES),
    'notices with a page of history': `${figure(NOTICES_MAX)}, and ${figure(NOTICES_MAX_BYTES)} bytes`,
    'unread count, mention count': figure(UNREAD_MAX),
    'kinds of reactions to a message': figure(REACTION_KINDS_MAX),
    'members whom a message mentions': figure(MENTIONS_MAX),
    'quoted line': `${QUOTE_MAX_CHARS} characters`,
    'people in a direct room': figure(DIRECT_PEOPLE_MAX),
    topic: `${TOPIC_MAX_CHARS} characters`,
    reason: `${REASON_MAX_CHARS} characters`,
    'open reports of a person in a room': figure(REPORTS_OPEN_MAX),
    'wait of slow mode': `${figure(SLOW_MAX_SECONDS)} s`,
    password: `${PASSWORD_MIN_CHARS} to ${PASSWORD_MAX_CHARS} characters`,
    email: `${EMAIL_MAX_CHARS} characters`,
    'display name, `about`': `${DISPLAY_NAME_MAX_CHARS}, ${ABOUT_MAX_CHARS} characters`,
    'personal tokens of a person': figure(TOKENS_MAX),
    'name of a token': `${TOKEN_NAME_MAX_CHARS} characters`,
    'lifetime of an invitation': `${INVITATION_MIN_SECONDS} s to ${days(INVITATION_MAX_SECONDS)}; ${days(INVITATION_DEFAULT_SECONDS)} by default`,
    '`maxUses` of an invitation': figure(INVITATION_USES_MAX),
    'usable invitations of a person': figure(INVITATIONS_LIVE_MAX),
    'inactivity until away': seconds(AWAY_AFTER_MS),
    'away message': `${AWAY_MESSAGE_MAX_CHARS} characters`,
    'members of a room with presence events': figure(PRESENCE_ROOM_MAX),
    'ignored people of a person': figure(IGNORED_MAX),
    'duration of `typing`': seconds(TYPING_SHOWN_MS),
    'open requests that a person has made, that wait for a person': `${REQUESTS_MADE_MAX}, ${REQUESTS_WAITING_MAX}`,
    'age at which an open request expires': `${REQUEST_MAX_DAYS} days`,
    'messages in a direct room that nobody has accepted': figure(REQUEST_MESSAGES_MAX),
    'rooms in `welcome`': `${figure(WELCOME_ROOMS_MAX_BYTES)} bytes`,
    'search query': `${SEARCH_MAX_CHARS} characters, ${SEARCH_TERMS_MAX} words, phrases and parts`,
    'page of hits': `${SEARCH_PAGE_MAX}; ${SEARCH_PAGE_DEFAULT} by default`,
    'messages around a hit': `${SEARCH_CONTEXT_MAX} before, ${SEARCH_CONTEXT_MAX} after, and ${figure(SEARCH_CONTEXT_MAX_BYTES)} bytes unless a single one has more`,
    'ranges in a hit': figure(SEARCH_RANGES_MAX),
    '`behind` of a search': figure(SEARCH_BEHIND_MAX),
  });
});

it('the longest message fits into a frame with only the required JSON escapes, but may not with more', () => {
  const bytesOf = (char: string) => Buffer.byteLength(JSON.stringify(char.repeat(CONTENT_MAX_CHARS))) - 2;
  const longest = Math.max(...['x', '"', '\n', '\u0001', '\u{1F600}'].map(bytesOf));
  expect([longest, 2 * '\\ud83d'.length * CONTENT_MAX_CHARS]).toEqual([48_000, 96_000]);
  expect(contract).toContain(`${figure(longest)} bytes for the longest content`);
  expect(longest).toBeLessThan(FRAME_MAX_BYTES);
});

it('the contract states each rate limit with its actual value', () => {
  const rows = rowsUnder(contract, 'Rates').map(
    ([, , burst = '', perSecond]) => `${burst.replace(',', '')}/${perSecond}`,
  );
  expect(rows.toSorted()).toEqual(
    Object.values(RATE_SETTINGS)
      .map(({ fallback }) => fallback as string)
      .toSorted(),
  );
});

it('the contract names each public route with a rate limit per address', () => {
  const row = rowsUnder(contract, 'Rates').find(([what = '']) => what.startsWith('calls of'));
  const named = [...(row?.[0] ?? '').matchAll(/`\/v1(?<path>[^`]+)`/g)].map((match) => match.groups?.path);
  const known = ROUTES.filter((each) => each.who === 'public' && each.rate === 'visit').map(
    ({ path }) => path,
  );
  expect(named.toSorted()).toEqual(known.toSorted());
});

it('each rule of the contract has a test that begins with its id, and no test claims another rule', () => {
  const rules = [...contract.matchAll(/^- \[(?<id>[A-Z]\d+)\] /gm)].map((match) => match.groups?.id ?? '');
  const claimed = new Set(testFiles().flatMap((file) => claimsOf(textOf(file))));
  expect(rules.length).toBeGreaterThan(0);
  expect([...claimed].toSorted()).toEqual(rules.toSorted());
});

it('the contract refers only to rules that it has', () => {
  const rules = new Set([...contract.matchAll(/^- \[([A-Z]\d+)\] /gm)].map((match) => match[1]));
  const mentioned = [...proseOf(contract).matchAll(/\[([A-Z]\d+)\]/g)].map((match) => match[1]);
  expect(mentioned.filter((id) => !rules.has(id))).toEqual([]);
});

function textOf(file: string): string {
  return readFileSync(`${root}${file}`, 'utf8');
}

/** Returns the test files of all packages, as paths from the root. */
function testFiles(): string[] {
  return readdirSync(`${root}packages`)
    .flatMap((name) => [`packages/${name}/src`, `packages/${name}/test`])
    .filter((folder) => existsSync(`${root}${folder}`))
    .flatMap((folder) =>
      readdirSync(`${root}${folder}`, { encoding: 'utf8', recursive: true }).map(
        (file) => `${folder}/${file}`,
      ),
    )
    .filter((file) => /\.test\.tsx?$/.test(file));
}

/** Returns the rule ids that a file's test names begin with. A name may have several. Skipped tests do not count. */
function claimsOf(source: string): string[] {
  const names = source
    .replaceAll(/^\s*(?:\/\/|\*).*$/gm, '')
    .matchAll(
      /(?:\b(?:it|test|describe)\b(?!\.(?:skip|todo))[^'"`\n]*|[\])])\(\s*['"`](?<ids>(?:\[[A-Z]\d+\] ?)+)/g,
    );
  return [...names].flatMap(({ groups }) => groups?.ids?.match(/[A-Z]\d+/g) ?? []);
}

function plain(cell: string): string {
  return cell.replaceAll('`', '');
}

function figure(value: number): string {
  return value.toLocaleString('en-US');
}

function days(seconds: number): string {
  return `${seconds / (24 * 60 * 60)} days`;
}

function seconds(ms: number): string {
  return `${ms / 1_000} s`;
}

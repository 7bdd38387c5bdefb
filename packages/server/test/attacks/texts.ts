/** Attacks by text: costly queries and markup, scripts, forged lines, and secrets in the log. */

import { ask } from '../harness/http.ts';
import { newId, type Person, person } from '../harness/people.ts';
import { type Attack, type Target, unless } from './attack.ts';

const SERVER_FAULT = 500;
/** Messages of each costly shape. */
const SHAPES = { short: 1, full: 40 } as const;
const TEXT_CHARS = 7_900;

/** Queries that a search engine may take long for, or take for something else. */
const SEARCHES = [
  '%',
  '_',
  '%%%%%%%%%%%%%%%%',
  '*',
  '"',
  '""""""""',
  "'; DROP TABLE messages; --",
  '\\',
  '(((((((((((((((',
  ')',
  '!',
  '&|!<->:*',
  'a:*b:*c:*',
  'from:',
  'from:@',
  'in:#',
  'after:9999-99-99',
  'before:0000-00-00',
  'a '.repeat(120),
  `"${'x '.repeat(120)}"`,
  '-'.repeat(200),
  '-a -b -c -d -e -f',
  'e',
  'aa',
  'x'.repeat(200),
  '的'.repeat(200),
  '\u202e\u200b\u00ad',
  '\u0000',
  '👍'.repeat(80),
  'a* b* c* d* e* f* g*',
];

const hostileSearches: Attack = {
  name: 'hostile searches',
  proves: '[F4] every search is answered or refused in words',
  bound: '`RATE_SEARCH`, a bounded number of words, a deadline',
  async run(target) {
    const attacker = await person(target, target.nextName('searcher'));
    const faults: string[] = [];
    const queries = SEARCHES.flatMap((q) => ['newest', 'best'].map((order) => ({ q, order })));
    for (const query of queries) {
      const { status, body } = await attacker.asks('GET', `/v1/search?${new URLSearchParams(query)}`);
      const isSilent = status >= 400 && !(body as { detail?: string }).detail;
      if (status >= SERVER_FAULT || isSilent) faults.push(`${query.q}: ${status}`);
    }
    return {
      outcome: `${queries.length - faults.length} of ${queries.length} answered or refused`,
      broken: unless({ [`none is a fault of the server: ${faults}`]: faults.length === 0 }),
    };
  },
};

/** Beginnings of markup that a parser might go over again and again. */
const MARKUP = [
  '*',
  '**',
  '_',
  '~~',
  '`',
  '[',
  '![',
  '](',
  '> ',
  '- ',
  '@',
  '#',
  '||',
  '\\',
  'http://',
  '<',
  '&',
  '@a',
  '*a **b ',
];

const costlyMarkup: Attack = {
  name: 'messages of 7,900 characters that repeat the beginning of some markup',
  proves: 'markup costs time in proportion to its length, whatever it repeats',
  bound: '8,000 characters, a linear parser',
  async run(target) {
    const attacker = await person(target, target.nextName('marker'));
    const room = await attacker.opens(target.nextName('markup'));
    await attacker.connects([{ roomId: room.id }]);
    let stored = 0;
    for (let i = 0; i < SHAPES[target.size]; i++) {
      for (const sign of MARKUP) {
        const content = sign.repeat(Math.floor(TEXT_CHARS / sign.length) - i);
        if ((await attacker.tries(room, content)).type === 'ok') stored++;
      }
    }
    attacker.socket.ws.terminate();
    return { outcome: `${stored} stored`, broken: [] };
  },
};

/** Scripts and forged lines, as names and as text. */
const SCRIPTS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  'javascript:alert(1)',
  '<svg/onload=alert(1)>',
  '</textarea><script>alert(1)</script>',
  'event: message\ndata: {"type":"ok"}\n\n',
  '{"type":"kick"}\n{"type":"ban"}',
  '\u001b]0;owned\u0007\u001b[2J',
  '\u009b2J\u0085\u2028',
];

const scripts: Attack = {
  name: 'scripts, forged events and terminal controls in messages and names',
  proves: 'text is data on every wire: no answer is HTML, no line is split, no control character is raw',
  bound: 'JSON, escaped controls, a content security policy',
  async run(target) {
    const attacker = await person(target, target.nextName('scripter'));
    const room = await attacker.opens(target.nextName('scripts'));
    const wrong: string[] = [];
    for (const content of SCRIPTS) {
      await attacker.asks('POST', `/v1/rooms/${room.id}/messages`, { content });
      await attacker.asks('PATCH', `/v1/rooms/${room.id}`, { topic: content.slice(0, 100) });
    }
    for (const path of [`/v1/rooms/${room.id}/messages`, `/v1/rooms/${room.id}`]) {
      const { status, type, raw } = await rawAnswer(target, path, attacker);
      if (status !== 200 || !type.includes('json')) wrong.push(`${path} is ${status} ${type}`);
      if (/(?!\n)[\p{Cc}\p{Zl}\p{Zp}]/u.test(raw)) wrong.push(`${path} has raw controls`);
    }
    const page = await ask(target, 'GET', '/');
    const policy = page.headers.get('content-security-policy') ?? '';
    if (!/frame-ancestors 'none'/.test(policy) || /unsafe-(inline|eval)/.test(policy)) wrong.push(policy);
    return {
      outcome: `${SCRIPTS.length} sent`,
      broken: unless({ [`every answer is plain JSON under a strict policy: ${wrong}`]: wrong.length === 0 }),
    };
  },
};

const loggedSecrets: Attack = {
  name: 'secrets sent where they do not belong, to find them in the log',
  proves: 'no token, password or message text is in the log',
  bound: 'the log has ids, codes and names only',
  async run(target) {
    const attacker = await person(target, target.nextName('logger'));
    const secret = newId();
    const password = `pass phrase ${secret}`;
    await ask(target, 'GET', `/v1/me?token=${attacker.token}&password=${secret}`);
    await ask(target, 'POST', '/v1/auth/login', { body: { login: secret, password } });
    await ask(target, 'GET', `/v1/${secret}`, { headers: { authorization: `Bearer ${secret}` } });
    await ask(target, 'POST', '/v1/rooms', { token: attacker.token, body: `{"broken": "${password}"` });
    const log = target.server.output();
    const found = [secret, attacker.token, attacker.refreshToken].filter(
      (each) => each && log.includes(each),
    );
    return { outcome: `${found.length} found`, broken: unless({ 'none is in the log': found.length === 0 }) };
  },
};

/** All of them. */
export const TEXTS: readonly Attack[] = [hostileSearches, costlyMarkup, scripts, loggedSecrets];

async function rawAnswer({ url }: Target, path: string, { token }: Person) {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, raw: await response.text() };
}

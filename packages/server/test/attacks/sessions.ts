/** Attacks on sessions: forged, stolen and repeated credentials, and sockets that outlive their session. */

import { createHmac } from 'node:crypto';
import { ask } from '../harness/http.ts';
import { loggedIn, PASSWORD, type Person, person } from '../harness/people.ts';
import { TEST_SECRET } from '../harness/server.ts';
import { openSocket, refusalOf, UpgradeRefused } from '../harness/socket.ts';
import { type Attack, type Target, unless } from './attack.ts';

const PARALLEL = 20;
const REFUSED = 401;

const forgedTokens: Attack = {
  name: 'forged access tokens',
  proves: '[A4] a forged access token is refused on every door',
  bound: 'HMAC-SHA-256 with `JWT_SECRET`',
  async run(target) {
    const { token } = await person(target, target.nextName('forger'));
    const forged = forgeriesOf(token);
    const accepted: string[] = [];
    for (const [name, forgery] of Object.entries(forged)) {
      const { status } = await ask(target, 'GET', '/v1/me', { token: forgery });
      if (status !== REFUSED) accepted.push(`${name} over HTTP`);
      const socket = await openSocket(target);
      socket.send({ op: 'hello', token: forgery });
      await socket.closed();
      if (socket.events.some(({ type }) => type === 'welcome')) accepted.push(`${name} on a socket`);
    }
    const count = Object.keys(forged).length;
    return {
      outcome: `${count - accepted.length} of ${count} refused`,
      broken: unless({ [`none is accepted: ${accepted}`]: accepted.length === 0 }),
    };
  },
};

const repeatedRefresh: Attack = {
  name: 'one refresh token used 20 times in parallel, and again later',
  proves: '[A4] parallel uses of a refresh token give one successor, and forged ones none',
  bound: 'rotation: one successor for 10 s, then the session ends',
  async run(target) {
    const { refreshToken } = await person(target, target.nextName('refresher'));
    const refresh = (value: string) =>
      ask(target, 'POST', '/v1/auth/refresh', { body: { refreshToken: value } });
    const answers = await Promise.all(Array.from({ length: PARALLEL }, () => refresh(refreshToken)));
    const successors = new Set(
      answers.map(({ body }) => (body as { refreshToken?: string }).refreshToken).filter(Boolean),
    );
    const forged = await refresh(`${refreshToken.slice(0, -4)}AAAA`);
    return {
      outcome: `${successors.size} successor`,
      broken: unless({
        [`there is one successor: ${successors.size}`]: successors.size === 1,
        [`a forged refresh token is refused: ${forged.status}`]: forged.status === REFUSED,
      }),
    };
  },
};

const reusedTickets: Attack = {
  name: 'tickets used twice, for another room, and after the sign-out',
  proves: '[A4] a ticket opens one socket of its own session, and none after the sign-out',
  bound: 'single use, 30 s',
  async run(target) {
    const attacker = await person(target, target.nextName('ticketer'));
    const owner = await person(target, target.nextName('founder'));
    const own = await attacker.opens(target.nextName('own'));
    const closed = await owner.opens(target.nextName('secret'), 'closed');
    const path = async (roomId: number) => `/v1/rooms/${roomId}/ws?ticket=${await ticketOf(attacker)}`;
    const used = await path(own.id);
    (await openSocket(target, { path: used })).ws.terminate();
    const late = await path(own.id);
    const attempts = [await upgradeStatus(target, used), await upgradeStatus(target, await path(closed.id))];
    await attacker.asks('POST', '/v1/auth/logout');
    attempts.push(await upgradeStatus(target, late));
    return {
      outcome: `answered ${attempts.join(', ')}`,
      broken: unless({ 'each is refused': attempts.every((status) => status >= 400) }),
    };
  },
};

const outlivedSockets: Attack = {
  name: 'sockets kept open over a sign-out and a change of the password',
  proves: '[A4] no socket outlives a sign-out or a change of its password',
  bound: 'closed with 4200',
  async run(target) {
    const username = target.nextName('stayer');
    const first = await person(target, username);
    const second = await loggedIn(target, username);
    const sockets = await Promise.all([first.connects(), second.connects()]);
    await second.asks('POST', '/v1/auth/logout');
    const third = await loggedIn(target, username);
    await third.asks('PUT', '/v1/me/password', { current: PASSWORD, new: `${PASSWORD} and more` });
    const codes = (await Promise.all(sockets.map((socket) => socket.closed()))).map(({ code }) => code);
    return {
      outcome: `closed with ${codes.join(', ')}`,
      broken: unless({ 'both are closed as ended sessions': codes.every((code) => code === 4200) }),
    };
  },
};

const crossSite: Attack = {
  name: 'calls with a cookie from another site, and sockets with a foreign origin',
  proves: '[A1] another site can use neither the cookie nor a socket',
  bound: '`ALLOWED_ORIGINS`, SameSite cookies',
  async run(target) {
    const body = { username: target.nextName('cookie'), password: PASSWORD };
    const { headers } = await ask(target, 'POST', '/v1/auth/register', { body });
    const cookies = headers.getSetCookie();
    const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
    const origin = 'https://evil.example';
    const refresh = await ask(target, 'POST', '/v1/auth/refresh', { headers: { cookie, origin } });
    const upgrade = await refusalOf(target, { origin });
    return {
      outcome: `answered ${refresh.status} and ${upgrade.status}`,
      broken: unless({
        [`the refresh is refused: ${refresh.status}`]: refresh.status >= 400,
        [`the upgrade is refused: ${upgrade.status}`]: upgrade.status === 403,
        [`cookies are HttpOnly and SameSite=Strict: ${cookies}`]: cookies.every(
          (each) => /HttpOnly/i.test(each) && /SameSite=Strict/i.test(each),
        ),
      }),
    };
  },
};

/** All of them. */
export const SESSIONS: readonly Attack[] = [
  forgedTokens,
  repeatedRefresh,
  reusedTickets,
  outlivedSockets,
  crossSite,
];

async function ticketOf(who: Person): Promise<string> {
  const { body } = await who.asks('POST', '/v1/tickets');
  return (body as { ticket: string }).ticket;
}

/** Returns the status that answers an upgrade; 101 if it succeeds. */
async function upgradeStatus(target: Target, path: string): Promise<number> {
  try {
    (await openSocket(target, { path })).ws.terminate();
    return 101;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error.status;
    throw error;
  }
}

/** Returns tokens that differ from a valid one in what makes it valid, by what they differ in (RFC 8725). */
function forgeriesOf(token: string): Record<string, string> {
  const [head = '', body = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const header = JSON.parse(Buffer.from(head, 'base64url').toString());
  const signed = (header: object, claims: object, secret: string) => {
    const text = `${encode(header)}.${encode(claims)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const unsigned = (alg: string) => `${encode({ ...header, alg })}.${body}.`;
  const right = (changed: object) => signed(header, { ...claims, ...changed }, TEST_SECRET);
  return {
    'algorithm none': unsigned('none'),
    'algorithm None': unsigned('None'),
    'another algorithm': signed({ ...header, alg: 'HS512' }, claims, TEST_SECRET),
    'a key of its own': signed({ ...header, jwk: { kty: 'oct', k: 'eA' } }, claims, 'x'),
    'a key id with a path': signed({ ...header, kid: '../../dev/null' }, claims, ''),
    'an empty key': signed(header, claims, ''),
    'a guessed key': signed(header, claims, 'secret'),
    'no signature': `${head}.${body}.`,
    'a signature of other claims': `${head}.${encode({ ...claims, sub: '1' })}.${signature}`,
    'a cut signature': token.slice(0, -2),
    'two parts': `${head}.${body}`,
    'five parts': `${token}.${body}.${signature}`,
    'an end in the past': right({ exp: 1 }),
    'another audience': right({ aud: 'another' }),
    'another issuer': right({ iss: 'another' }),
    'no end': right({ exp: undefined }),
    'an end as text': right({ exp: '9999999999' }),
  };
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

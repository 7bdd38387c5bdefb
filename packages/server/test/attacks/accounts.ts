/** Attacks on accounts: finding them, taking over their names and secrets, and staying after a right has ended. */

import type { NewInvitation, NewPersonalToken } from '@banter/protocol';
import { ask, codeOf } from '../harness/http.ts';
import { newId, PASSWORD, type Person, person } from '../harness/people.ts';
import { openSocket } from '../harness/socket.ts';
import { type Attack, type Target, unless } from './attack.ts';

/** More wrong passwords than a name may have without a delay. */
const GUESSES = 8;
const PARALLEL_RESETS = 10;
const PARALLEL_INVITES = 5;
const BANNED_ADDRESS = '127.0.0.3';

const linkedNames: Attack = {
  name: 'wrong passwords for an email, then for usernames',
  proves: '[G5] failed sign-ins by an email do not tell whose email it is',
  bound: 'a delay for each name as it is typed',
  async run(target) {
    const username = target.nextName('mailer');
    const email = `${username}@example.org`;
    await register(target, username, email);
    const other = target.nextName('other');
    await register(target, other);
    for (let i = 0; i < GUESSES; i++) await guess(target, email);
    const statuses = await Promise.all([guess(target, username), guess(target, other)]);
    return {
      outcome: `the next guess is answered ${statuses.join(' and ')}`,
      broken: unless({
        'the owner of the email is treated as another person is': statuses[0] === statuses[1],
      }),
    };
  },
};

const lateResetLink: Attack = {
  name: 'a reset link that is used after a change of the password, and ten times at once',
  proves: '[U5] a reset link works once, and not after a change of the password',
  bound: 'any change of the password ends all reset links',
  async run(target) {
    const { admin } = target;
    const owner = await person(target, target.nextName('forgetful'));
    const old = await resetToken(admin, owner);
    const change = await owner.asks('PUT', '/v1/me/password', {
      current: PASSWORD,
      new: `${PASSWORD} changed`,
    });
    const late = await reset(target, old);
    const fresh = await resetToken(admin, owner);
    const answers = await Promise.all(Array.from({ length: PARALLEL_RESETS }, () => reset(target, fresh)));
    const successes = answers.filter(({ status }) => status < 300).length;
    return {
      outcome: `the old link is answered ${late.status}, ${successes} of ${PARALLEL_RESETS} uses succeed`,
      broken: unless({
        [`the password was changed: ${change.status}`]: change.status < 300,
        'the old link is refused': late.status >= 400,
        'the new link works once': successes === 1,
      }),
    };
  },
};

const sharedInvitation: Attack = {
  name: 'an invitation for one person, used by five at once',
  proves: '[I1] an invitation for one person admits one',
  bound: 'counted under a lock',
  async run(target) {
    const owner = await person(target, target.nextName('host'));
    const room = await owner.opens(target.nextName('party'), 'closed');
    const { body } = await owner.asks('POST', '/v1/invitations', { roomId: room.id, maxUses: 1 });
    const { code } = body as NewInvitation;
    const guests = await Promise.all(
      Array.from({ length: PARALLEL_INVITES }, () => person(target, target.nextName('guest'))),
    );
    const answers = await Promise.all(
      guests.map((guest) => guest.asks('POST', `/v1/invitations/${code}/accept`)),
    );
    const admitted = answers.filter(({ status }) => status < 300).length;
    return { outcome: `${admitted} admitted`, broken: unless({ 'one is admitted': admitted === 1 }) };
  },
};

const takenName: Attack = {
  name: "a deleted person's name, registered again",
  proves: '[U8] the name of a deleted account stays reserved',
  bound: 'reserved until an administrator releases it',
  async run(target) {
    const username = target.nextName('gone');
    const leaver = await person(target, username);
    await leaver.asks('DELETE', '/v1/me', { password: PASSWORD, messages: 'keep' });
    const again = await register(target, username);
    return {
      outcome: `answered ${again.status} ${codeOf(again)}`,
      broken: unless({ [`it is refused: ${again.status}`]: again.status >= 400 }),
    };
  },
};

const writeOnlyToken: Attack = {
  name: 'a token that may only write, and looks for text in the answers',
  proves: '[T2] the answers to a token that may only write show no text',
  bound: 'places and ids only',
  async run(target) {
    const owner = await person(target, target.nextName('author'));
    const secret = `secret-${newId()}`;
    const room = await owner.opens(target.nextName('private'), 'closed');
    const message = await owner.posts(room, secret);
    const { body } = await owner.asks('POST', '/v1/tokens', { name: 'writes', scopes: ['write'] });
    const { token } = body as NewPersonalToken;
    const at = `/v1/rooms/${room.id}`;
    const calls: [string, string, unknown?][] = [
      ['DELETE', `${at}/messages/${message.seq}/reactions/%F0%9F%91%8D`],
      ['PUT', `${at}/messages/${message.seq}/reactions/%F0%9F%91%8D`],
      ['POST', `${at}/messages`, { content: 'x', replyTo: message.seq }],
      ['POST', `${at}/messages`, { content: secret, id: message.id }],
      ['PATCH', `${at}/messages/${message.seq}`, { content: 'edited' }],
      ['POST', `${at}/join`],
      ['PUT', `${at}/settings`, {}],
      ['PUT', `${at}/read`, { seq: message.seq }],
    ];
    const leaks: string[] = [];
    for (const [method, path, sent] of calls) {
      const { body } = await ask(target, method, path, { token, body: sent });
      const text = JSON.stringify(body ?? '');
      if (text.includes(secret) || text.includes(room.name ?? secret)) leaks.push(`${method} ${path}`);
    }
    return {
      outcome: `${calls.length - leaks.length} of ${calls.length} answers show nothing`,
      broken: unless({ [`no answer shows text or the room's name: ${leaks}`]: leaks.length === 0 }),
    };
  },
};

const bannedAddress: Attack = {
  name: 'a socket of a banned address that goes on sending',
  proves: '[G7] a ban of an address closes its sockets',
  bound: 'closed with the ban',
  async run(target) {
    const { admin } = target;
    const attacker = await person(target, target.nextName('banned'));
    const socket = await openSocket(target, { localAddress: BANNED_ADDRESS });
    socket.send({ op: 'hello', token: attacker.token });
    await socket.first('welcome', ({ type }) => type === 'welcome');
    await admin.asks('POST', '/v1/admin/address-bans', { range: BANNED_ADDRESS });
    const { code } = await socket.closed();
    return { outcome: `closed with ${code}`, broken: unless({ 'it is closed': code !== 1000 }) };
  },
};

/** All of them. */
export const ACCOUNTS: readonly Attack[] = [
  linkedNames,
  lateResetLink,
  sharedInvitation,
  takenName,
  writeOnlyToken,
  bannedAddress,
];

function register(target: Target, username: string, email?: string) {
  const body = { username, password: PASSWORD, ...(email ? { email } : {}) };
  return ask(target, 'POST', '/v1/auth/register', { body });
}

/** Tries a wrong password. @returns the status. */
async function guess(target: Target, login: string): Promise<number> {
  const body = { login, password: 'a wrong pass phrase' };
  return (await ask(target, 'POST', '/v1/auth/login', { body })).status;
}

/** Has the administrator create a reset link. @returns its token. */
async function resetToken(admin: Person, { user }: Person): Promise<string> {
  const { body } = await admin.asks('POST', `/v1/admin/users/${user.id}/reset`);
  return (body as { token: string }).token;
}

/** Sets a new password by a reset link. */
function reset(target: Target, token: string) {
  return ask(target, 'POST', '/v1/auth/reset', { body: { token, password: `${PASSWORD} reset` } });
}

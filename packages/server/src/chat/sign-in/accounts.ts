/** Accounts: making one, and proving that one is yours. */
import {
  ChatError,
  EMAIL_MAX_CHARS,
  type FieldError,
  type Registration,
  USERNAME_PATTERN,
  USERNAME_RULE,
  type User,
} from '@banter/protocol';
import { NO_INVITATION } from '../../store/rows/refusals.ts';
import type { Account, AccountRefusal, UserStore } from '../../store/users.ts';
import type { Visitor } from '../caller.ts';
import { refusedField, refuseFields } from '../fields.ts';
import { networkOf } from '../limits/network.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Names } from '../messages/names.ts';
import { type Invitations, notInvited } from '../rooms/invitations.ts';
import type { Lobby } from '../rooms/lobby.ts';
import { hashSecret } from '../secrets.ts';
import type { Devices } from './devices.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { LoginThrottle, Origin } from './login-throttle.ts';
import { checkPassword, isOutdated, type Passwords } from './passwords.ts';

export type NewAccountInput = {
  username: string;
  password: string;
  email?: string | undefined;
  /** The code of an invitation. */
  invite?: string | undefined;
};

/** A person who knew their password, and the hash that it has: a session begins only while it is still the account's. */
export type Proof = { user: User; passwordHash: string };

export type Accounts = {
  /** @throws ChatError invalid, conflict, forbidden (registration is closed, or wants an invitation), rate_limited, overloaded. */
  register(input: NewAccountInput, visitor: Visitor): Promise<User>;
  /** @throws ChatError unauthenticated, the same for an unknown login and a wrong password; rate_limited, overloaded. */
  login(input: { login: string; password: string }, visitor: Visitor): Promise<Proof>;
  /** Whether the next account is the first, and so the administrator's. */
  isEmpty(): Promise<boolean>;
};

export type AccountsDeps = {
  users: UserStore;
  passwords: Passwords;
  limits: Pick<RateLimits, 'take'>;
  throttle: LoginThrottle;
  devices: Pick<Devices, 'nameOf'>;
  names: Pick<Names, 'add'>;
  failedSignIns: Pick<FailedSignIns, 'record'>;
  invitations: Pick<Invitations, 'requireGood' | 'enterRoomOf'>;
  lobby: Pick<Lobby, 'welcome'>;
  registration: Registration;
};

const EMAIL_PATTERN = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u;

export function createAccounts(deps: AccountsDeps): Accounts {
  const {
    users,
    passwords,
    limits,
    throttle,
    devices,
    names,
    failedSignIns,
    invitations,
    lobby,
    registration,
  } = deps;

  /** Whether this server takes the newcomer at all, before their fields are looked at: names tell strangers nothing. */
  async function requireInvitation(invite: string | undefined, scope: Visitor['scope']): Promise<void> {
    // The first account must be possible: nobody else could open the door.
    if ((registration === 'open' && invite === undefined) || (await users.isEmpty(scope))) return;
    if (registration === 'closed') throw REFUSED.closed();
    if (invite === undefined) throw REFUSED.uninvited();
    await invitations.requireGood(invite, scope);
  }

  return {
    async register(input, { address, scope }) {
      limits.take('register', address);
      const { username, password, email, invite } = input;
      await requireInvitation(invite, scope);
      refuseFields(checkAccount(input));
      const account = {
        username,
        email: email ?? null,
        passwordHash: await passwords.hash(password),
        onlyAsFirst: registration !== 'open',
        address,
        ...(invite === undefined ? {} : { invitation: hashSecret(invite) }),
      };
      const inserted = await users.insert(account, scope);
      if ('refused' in inserted) throw notInserted(inserted.refused, registration);
      names.add(inserted.username);
      // The account stands. What cannot be entered now can be later, an invitation's room by the same code, which is used already.
      await lobby.welcome(inserted, scope).catch(() => {});
      if (invite !== undefined) await invitations.enterRoomOf(inserted, invite, scope).catch(() => {});
      return inserted;
    },

    async login({ login, password }, visitor) {
      const { address, scope } = visitor;
      limits.take('login', address);
      const account = await users.findByLogin(login, scope);
      const attempt = throttle.begin(account?.id ?? `? ${login.toLowerCase()}`, originOf(account, visitor));
      const isRight = await passwords.verify(password, account?.passwordHash ?? null).catch((error) => {
        attempt.cancelled();
        throw error;
      });
      if (!account || !isRight || account.disabled) failedSignIns.record(account?.id ?? null, address);
      if (!account || !isRight) throw new ChatError('unauthenticated', 'wrong name or password');
      attempt.succeeded();
      // Told to nobody but who knows the password.
      if (account.disabled)
        throw new ChatError('forbidden', 'this account is disabled: ask an administrator of this server');
      // A sign-in is not refused because its hash could not be made anew this time.
      const kept = isOutdated(account.passwordHash)
        ? await upgrade(account, password, scope).catch(() => null)
        : null;
      return { user: publicUser(account), passwordHash: kept ?? account.passwordHash };
    },

    isEmpty: () => users.isEmpty(),
  };

  function originOf(account: Account | null, { address, device }: Visitor): Origin {
    const network = networkOf(address);
    return {
      network,
      device: account ? devices.nameOf(device, account.id) : null,
      isKnown: account?.addresses.some((known) => networkOf(known) === network) ?? false,
    };
  }

  /** The hash made anew; null where it stays as it is. */
  async function upgrade(
    account: Account,
    password: string,
    scope: Visitor['scope'],
  ): Promise<string | null> {
    const hash = await passwords.hash(password);
    const isReplaced = await users.updatePasswordHash(account.id, account.passwordHash, hash, scope);
    return isReplaced ? hash : null;
  }
}

/** Whether a text may be an address: one @ with something around it. What receives mail only a mail can tell. */
export function isEmail(email: string): boolean {
  return email.length <= EMAIL_MAX_CHARS && EMAIL_PATTERN.test(email);
}

function checkAccount({ username, password, email }: NewAccountInput): FieldError[] {
  const wrong: FieldError[] = [];
  if (!USERNAME_PATTERN.test(username))
    wrong.push({ field: 'username', message: `a username has ${USERNAME_RULE}` });
  const problem = checkPassword(password, username);
  if (problem) wrong.push({ field: 'password', message: problem });
  if (email !== undefined && !isEmail(email)) {
    wrong.push({ field: 'email', message: 'this is not an email address' });
  }
  return wrong;
}

const REFUSED = {
  closed: () => new ChatError('forbidden', 'registration is closed on this server'),
  uninvited: () => notInvited('this server takes people by invitation: send the code of one as invite'),
};

function notInserted(refused: AccountRefusal['refused'], registration: Registration): ChatError {
  if (refused === 'invitation') return notInvited(NO_INVITATION);
  if (refused === 'first') return registration === 'closed' ? REFUSED.closed() : REFUSED.uninvited();
  return refusedField('conflict', refused, `this ${refused} is taken`);
}

function publicUser({ passwordHash: _, disabled: __, addresses: ___, ...user }: Account): User {
  return user;
}

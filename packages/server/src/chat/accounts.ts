/** Accounts: making one, and proving that one is yours. */
import {
  ChatError,
  EMAIL_MAX_CHARS,
  type FieldError,
  USERNAME_PATTERN,
  USERNAME_RULE,
  type User,
} from '@banter/protocol';
import type { Account, Users } from '../store/users.ts';
import type { Visitor } from './caller.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { Names } from './names.ts';
import { networkOf } from './network.ts';
import { checkPassword, isOutdated, type Passwords } from './passwords.ts';
import type { RateLimits } from './rate-limits.ts';

export type Registration = 'open' | 'closed';
export type NewAccountInput = { username: string; password: string; email?: string | undefined };

export type Accounts = {
  /** @throws ChatError invalid, conflict, forbidden (registration is closed), rate_limited, overloaded. */
  register(input: NewAccountInput, visitor: Visitor): Promise<User>;
  /** @throws ChatError unauthenticated, the same for an unknown login and a wrong password; rate_limited, overloaded. */
  login(input: { login: string; password: string }, visitor: Visitor): Promise<User>;
  /** @throws ChatError not_found. */
  find(username: string, visitor: Pick<Visitor, 'scope'>): Promise<User>;
  /** Whether the next account is the first, and so the administrator's. */
  isEmpty(): Promise<boolean>;
};

export type AccountsDeps = {
  users: Users;
  passwords: Passwords;
  limits: RateLimits;
  names: Pick<Names, 'add'>;
  failedSignIns: Pick<FailedSignIns, 'note'>;
  registration: Registration;
};

/** One @ with something around it: whether it receives mail only a mail can tell. */
const EMAIL_PATTERN = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u;

export function createAccounts(deps: AccountsDeps): Accounts {
  const { users, passwords, limits, names, failedSignIns, registration } = deps;
  return {
    async register(input, { address, scope }) {
      limits.take('registerByAddress', address);
      // The first account must be possible: nobody else could open the door.
      const onlyAsFirst = registration === 'closed';
      if (onlyAsFirst && !(await users.isEmpty(scope))) throw registrationClosed();
      refuseFields(checkAccount(input));
      const { username, password, email } = input;
      const passwordHash = await passwords.hash(password);
      const inserted = await users.insert(
        { username, email: email ?? null, passwordHash, onlyAsFirst, address },
        scope,
      );
      if (!('taken' in inserted)) {
        names.add(inserted.username);
        return inserted;
      }
      throw inserted.taken === 'first' ? registrationClosed() : takenError(inserted.taken);
    },

    async login({ login, password }, { address, scope }) {
      limits.take('loginByAddress', address);
      limits.take('loginByAccount', `${login.toLowerCase()} ${networkOf(address)}`);
      const account = await users.findByLogin(login, scope);
      const isRight = await passwords.verify(password, account?.passwordHash ?? null);
      if (!account || !isRight || account.disabled) {
        failedSignIns.note(account?.id ?? null, address);
        throw new ChatError('unauthenticated', 'wrong name or password');
      }
      // A sign-in is not refused because its hash could not be made anew this time.
      if (isOutdated(account.passwordHash)) await upgrade(account, password, scope).catch(() => {});
      return publicUser(account);
    },

    async find(username, { scope }) {
      const user = await users.findByUsername(username, scope);
      if (!user) throw new ChatError('not_found', 'there is no such person');
      return user;
    },

    isEmpty: () => users.isEmpty(),
  };

  async function upgrade(account: Account, password: string, scope: Visitor['scope']): Promise<void> {
    const hash = await passwords.hash(password);
    await users.updatePasswordHash(account.id, account.passwordHash, hash, scope);
  }
}

function checkAccount({ username, password, email }: NewAccountInput): FieldError[] {
  const wrong: FieldError[] = [];
  if (!USERNAME_PATTERN.test(username))
    wrong.push({ field: 'username', message: `a username has ${USERNAME_RULE}` });
  const problem = checkPassword(password, username);
  if (problem) wrong.push({ field: 'password', message: problem });
  if (email !== undefined && (email.length > EMAIL_MAX_CHARS || !EMAIL_PATTERN.test(email))) {
    wrong.push({ field: 'email', message: 'this is not an email address' });
  }
  return wrong;
}

function refuseFields(fields: FieldError[]): void {
  const [first] = fields;
  if (first) throw new ChatError('invalid', first.message, { fields });
}

function registrationClosed(): ChatError {
  return new ChatError('forbidden', 'registration is closed on this server');
}

function takenError(field: 'username' | 'email'): ChatError {
  const message = `this ${field} is taken`;
  return new ChatError('conflict', message, { fields: [{ field, message }] });
}

function publicUser({ id, username, admin }: Account): User {
  return admin ? { id, username, admin } : { id, username };
}

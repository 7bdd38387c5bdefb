/** Accounts: registering one, and proving by a password that it is yours. */
import { ChatError, type Registration, type User } from '@banter/protocol';
import { NO_INVITATION } from '../../store/rows/refusals.ts';
import type { Account, AccountRefusal, UserStore } from '../../store/users.ts';
import type { Scope, Visitor } from '../caller.ts';
import { rejectedField, rejectFields } from '../fields.ts';
import { networkOf } from '../limits/network.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Names } from '../messages/names.ts';
import { type Invitations, notInvited } from '../rooms/invitations.ts';
import type { Lobby } from '../rooms/lobby.ts';
import { hashSecret } from '../secrets.ts';
import { checkAccount, type NewAccountInput } from './account-fields.ts';
import type { DeviceCookies } from './device-cookies.ts';
import type { FailedSignIns } from './failed-sign-ins.ts';
import type { LoginThrottle, Origin } from './login-throttle.ts';
import { isOutdated, lineOf, type Passwords } from './passwords.ts';

export type { NewAccountInput } from './account-fields.ts';

/** A person who knew the password. A session begins only while the account still has this hash. */
export type Proof = { user: User; passwordHash: string };

/** The parts that Accounts works with. */
export type AccountsDeps = {
  users: Pick<UserStore, 'insert' | 'findByLogin' | 'updatePasswordHash' | 'isEmpty'>;
  passwords: Pick<Passwords, 'hash' | 'verify'>;
  limits: Pick<RateLimits, 'take'>;
  throttle: Pick<LoginThrottle, 'attempt'>;
  deviceCookies: Pick<DeviceCookies, 'nameOf'>;
  names: Pick<Names, 'add'>;
  failedSignIns: Pick<FailedSignIns, 'record'>;
  invitations: Pick<Invitations, 'requireUsable' | 'enterRoomOf'>;
  lobby: Pick<Lobby, 'welcome'>;
  registration: Registration;
};

/** The accounts of the server. */
export class Accounts {
  readonly #deps: AccountsDeps;

  constructor(deps: AccountsDeps) {
    this.#deps = deps;
  }

  /**
   * Creates an account, and makes it a member of the lobby and of its invitation's room.
   * @throws ChatError invalid, conflict (the name or email is taken), forbidden (registration is closed, or needs an
   * invitation), rate_limited, overloaded.
   */
  async register(input: NewAccountInput, { address, scope }: Visitor): Promise<User> {
    const { users, passwords, limits, names, invitations, lobby, registration } = this.#deps;
    limits.take('register', address);
    const { username, password, email, invite } = input;
    await this.#requireInvitation(invite, scope);
    rejectFields(checkAccount(input));
    const account = {
      username,
      email: email ?? null,
      passwordHash: await passwords.hash(password, lineOf(username, scope)),
      onlyAsFirst: registration !== 'open',
      address,
      ...(invite === undefined ? {} : { invitation: hashSecret(invite) }),
    };
    const inserted = await users.insert(account, scope);
    if ('refused' in inserted) throw notInserted(inserted.refused, registration);
    names.add(inserted.username);
    // The account exists now. A room that cannot be entered can be later; the code has been used up, but it works again
    // for this person.
    await lobby.welcome(inserted, scope).catch(() => {});
    if (invite !== undefined) await invitations.enterRoomOf(inserted, invite, scope).catch(() => {});
    return inserted;
  }

  /**
   * Proves a person by their password.
   * @throws ChatError unauthenticated (the same for an unknown login and a wrong password), forbidden (disabled),
   * rate_limited, overloaded.
   */
  async login({ login, password }: { login: string; password: string }, visitor: Visitor): Promise<Proof> {
    const { users, passwords, limits, throttle, failedSignIns } = this.#deps;
    const { address, scope } = visitor;
    limits.take('login', address);
    const account = await users.findByLogin(login, scope);
    // By the typed name, not by the account: one count for both would tell which email belongs to which username.
    const isRight = await throttle.attempt(
      `login ${login.toLowerCase()}`,
      this.#originOf(account, visitor),
      () => passwords.verify(password, account?.passwordHash ?? null, lineOf(login, scope)),
    );
    if (!account || !isRight || account.disabled) failedSignIns.record(account?.id ?? null, address);
    if (!account || !isRight) throw new ChatError('unauthenticated', 'wrong name or password');
    // Only a person who knows the password may learn this.
    if (account.disabled)
      throw new ChatError('forbidden', 'this account is disabled: ask an administrator of this server');
    return { user: publicUser(account), passwordHash: await this.#currentHash(account, password, scope) };
  }

  /** Whether the server has no account yet, so that the next one becomes the administrator. */
  isEmpty(scope: Scope): Promise<boolean> {
    return this.#deps.users.isEmpty(scope);
  }

  /** Checks that the server accepts a newcomer, before their fields: taken names must not be probed. */
  async #requireInvitation(invite: string | undefined, scope: Scope): Promise<void> {
    const { users, invitations, registration } = this.#deps;
    // The first account is always accepted: nobody else could invite.
    if ((registration === 'open' && invite === undefined) || (await users.isEmpty(scope))) return;
    if (registration === 'closed') throw registrationClosed();
    if (invite === undefined) throw invitationMissing();
    await invitations.requireUsable(invite, scope);
  }

  #originOf(account: Account | null, { address, device }: Visitor): Origin {
    const network = networkOf(address);
    return {
      network,
      device: account ? this.#deps.deviceCookies.nameOf(device, account.id) : null,
      isKnown: account?.addresses.some((known) => networkOf(known) === network) ?? false,
    };
  }

  /** Replaces an outdated hash. A sign-in succeeds even if that fails. @returns the hash that the account has now. */
  async #currentHash(account: Account, password: string, scope: Scope): Promise<string> {
    const { id, passwordHash } = account;
    if (!isOutdated(passwordHash)) return passwordHash;
    const { users, passwords } = this.#deps;
    try {
      const hash = await passwords.hash(password, lineOf(account.username, scope));
      const isReplaced = await users.updatePasswordHash(id, passwordHash, hash, scope);
      return isReplaced ? hash : passwordHash;
    } catch {
      return passwordHash;
    }
  }
}

const USERNAME_RETIRED =
  'a deleted account had this username: choose another, or ask an administrator to release it';

function notInserted(refused: AccountRefusal['refused'], registration: Registration): ChatError {
  if (refused === 'invitation') return notInvited(NO_INVITATION);
  if (refused === 'invitation_required')
    return registration === 'closed' ? registrationClosed() : invitationMissing();
  if (refused === 'retired') return rejectedField('conflict', 'username', USERNAME_RETIRED);
  return rejectedField('conflict', refused, `this ${refused} is taken`);
}

function registrationClosed(): ChatError {
  return new ChatError('forbidden', 'registration is closed on this server');
}

function invitationMissing(): ChatError {
  return notInvited('this server requires an invitation: send its code as invite');
}

function publicUser({ passwordHash: _, disabled: __, addresses: ___, ...user }: Account): User {
  return user;
}

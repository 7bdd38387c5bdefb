/** What administrators of the server do with accounts [G6]. */
import { type AccountPage, type AdminAccount, ChatError, PAGE_DEFAULT, type Session } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { AccountRecord, AdministrationStore } from '../../store/administration.ts';
import { type Caller, requireAdministrator, type Visitor } from '../caller.ts';
import { invalidField } from '../fields.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import { checkPassword, type Passwords } from '../sign-in/passwords.ts';
import type { Sessions } from '../sign-in/sessions.ts';

export type AccountQuery = {
  /** Of the name, whatever the case. */
  prefix?: string | undefined;
  limit?: number | undefined;
  /** Of the page before. */
  cursor?: string | undefined;
};
export type AccountUpdate = { disabled?: boolean | undefined; admin?: boolean | undefined };
/** A token for a new password; it works once. */
export type ResetToken = { token: string; expiresAt: string };

/** All but `reset` throw ChatError forbidden for who is no administrator, and not_found for what is not there. */
export type Administration = {
  /** By name. */
  list(caller: Caller, query: AccountQuery): Promise<AccountPage>;
  get(caller: Caller, userId: number): Promise<AdminAccount>;
  /**
   * Disables an account, with all its sessions, tokens and sockets, or enables it; makes it an administrator's or not.
   * @throws ChatError conflict (oneself, or the last administrator).
   */
  update(caller: Caller, userId: number, update: AccountUpdate): Promise<AdminAccount>;
  sessions(caller: Caller, userId: number): Promise<Session[]>;
  /** Ends a session or token of an account with its sockets, or all of them. */
  endSessions(caller: Caller, userId: number, sessionId?: number): Promise<void>;
  /** Makes a token with which anybody can give the account a new password; earlier ones are worth nothing then. */
  createReset(caller: Caller, userId: number): Promise<ResetToken>;
  /** Gives an account the new password, and ends all its sessions and tokens. @throws ChatError invalid, not_found, overloaded. */
  reset(token: string, password: string, visitor: Pick<Visitor, 'address' | 'scope'>): Promise<void>;
};

export type AdministrationDeps = {
  administration: AdministrationStore;
  sessions: Pick<Sessions, 'listOf'>;
  passwords: Pick<Passwords, 'hash'>;
  hub: Pick<Hub, 'endSession'>;
  clock: Clock;
};

/** For so long a token for a new password is good. */
export const RESET_MAX_MS = 24 * 60 * 60_000;

export function createAdministration(deps: AdministrationDeps): Administration {
  const { administration, sessions, passwords, hub, clock } = deps;
  const now = () => new Date(clock.wall());

  async function get(caller: Caller, userId: number): Promise<AdminAccount> {
    requireAdministrator(caller);
    const account = await administration.find(userId, caller.scope);
    if (!account) throw new ChatError('not_found', 'there is no such person');
    return toAccount(account);
  }

  /** Only what has ended in the store has its sockets closed. */
  function closeSockets(ended: readonly number[]): void {
    for (const sessionId of ended) hub.endSession(sessionId, 'session_ended');
  }

  return {
    async list(caller, { prefix = '', limit = PAGE_DEFAULT, cursor = '' }) {
      requireAdministrator(caller);
      const filter = { prefix, after: cursor, limit: limit + 1 };
      const found = await administration.list(filter, caller.scope);
      const users = found.slice(0, limit).map(toAccount);
      const last = users.at(-1);
      return { users, ...(found.length > limit && last ? { cursor: last.username } : {}) };
    },

    get,

    async update(caller, userId, update) {
      requireAdministrator(caller);
      closeSockets(await administration.change(caller.user.id, userId, update, now(), caller.scope));
      return get(caller, userId);
    },

    async sessions(caller, userId) {
      await get(caller, userId);
      return sessions.listOf(userId, caller);
    },

    async endSessions(caller, userId, sessionId) {
      requireAdministrator(caller);
      const { user, scope } = caller;
      const ended = await administration.endSessions(user.id, userId, sessionId ?? null, now(), scope);
      closeSockets(ended);
      if (sessionId !== undefined && ended.length === 0)
        throw new ChatError('not_found', 'there is no such session');
    },

    async createReset(caller, userId) {
      requireAdministrator(caller);
      const token = createSecret();
      const expiresAt = new Date(clock.wall() + RESET_MAX_MS);
      await administration.createReset(caller.user.id, userId, hashSecret(token), expiresAt, caller.scope);
      return { token, expiresAt: expiresAt.toISOString() };
    },

    async reset(token, password, { address, scope }) {
      const hash = hashSecret(token);
      const account = await administration.findReset(hash, now(), scope);
      if (!account) throw noSuchReset();
      const problem = checkPassword(password, account.username);
      if (problem) throw invalidField('password', problem);
      const passwordHash = await passwords.hash(password);
      const ended = await administration.useReset(hash, passwordHash, now(), address, scope);
      if (!ended) throw noSuchReset();
      closeSockets(ended);
    },
  };
}

function noSuchReset(): ChatError {
  return new ChatError('not_found', 'this token is unknown, used or older than a day: ask for a new one');
}

function toAccount({ email, admin, lastUsedAt, disabledAt, ...account }: AccountRecord): AdminAccount {
  return {
    ...account,
    ...(email === null ? {} : { email }),
    ...(admin ? { admin } : {}),
    ...(lastUsedAt === null ? {} : { lastUsedAt }),
    ...(disabledAt === null ? {} : { disabledAt }),
  };
}

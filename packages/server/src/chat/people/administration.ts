/** Administration: what the server's administrators do with accounts [G6]. */
import { type AdminAccount, ChatError, type Session } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { AccountRecord, AdministrationStore } from '../../store/administration.ts';
import { type Caller, type RequestSource, requireAdministrator } from '../caller.ts';
import { invalidField } from '../fields.ts';
import { byUsername, type Page, type PageQuery, readPage } from '../paging.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import { checkPassword, lineOf, type Passwords } from '../sign-in/passwords.ts';
import type { Sessions } from '../sign-in/sessions.ts';

/** Which accounts to list. */
export type AccountQuery = PageQuery & {
  /** The beginning of the username, in any case. */
  prefix?: string | undefined;
};
/** The fields to change; an absent field stays as it is. */
export type AccountUpdate = { disabled?: boolean | undefined; admin?: boolean | undefined };
/** A one-use token with which an account gets a new password. */
export type ResetToken = { token: string; expiresAt: string };

/** The parts that Administration works with. */
export type AdministrationDeps = {
  administration: AdministrationStore;
  sessions: Pick<Sessions, 'listOf'>;
  passwords: Pick<Passwords, 'hash'>;
  hub: Pick<Hub, 'endSessions'>;
  clock: Pick<Clock, 'wall'>;
};

/** The lifetime of a reset token. */
export const RESET_MAX_MS = 24 * 60 * 60_000;

/**
 * The accounts, as administrators see and change them. All methods but `reset` throw ChatError forbidden for everybody
 * else; the store checks again when it changes something.
 */
export class Administration {
  readonly #deps: AdministrationDeps;

  constructor(deps: AdministrationDeps) {
    this.#deps = deps;
  }

  /** Returns a page of accounts, by username. @throws ChatError invalid. */
  async list(caller: Caller, { prefix = '', ...query }: AccountQuery): Promise<Page<AdminAccount>> {
    requireAdministrator(caller);
    const { rows, ...page } = await readPage(
      query,
      byUsername('accounts', (after, limit) =>
        this.#deps.administration.list({ prefix, after, limit }, caller.scope),
      ),
    );
    return { ...page, rows: rows.map(toAccount) };
  }

  /** Returns an account. @throws ChatError not_found. */
  async get(caller: Caller, userId: number): Promise<AdminAccount> {
    requireAdministrator(caller);
    const account = await this.#deps.administration.find(userId, caller.scope);
    if (!account) throw new ChatError('not_found', 'there is no such person');
    return toAccount(account);
  }

  /**
   * Enables or disables an account, or grants or removes administration. Disabling ends its sessions, tokens and sockets.
   * @throws ChatError not_found, conflict (the caller disables themselves, or the last administrator).
   */
  async update(caller: Caller, userId: number, update: AccountUpdate): Promise<AdminAccount> {
    requireAdministrator(caller);
    const { user, scope } = caller;
    const ended = await this.#deps.administration.change(user.id, userId, update, this.#now(), scope);
    this.#deps.hub.endSessions(ended);
    return this.get(caller, userId);
  }

  /** Returns a page of an account's logins, newest first. @throws ChatError not_found, invalid. */
  async sessions(caller: Caller, userId: number, query: PageQuery): Promise<Page<Session>> {
    await this.get(caller, userId);
    return this.#deps.sessions.listOf(userId, caller, query);
  }

  /**
   * Ends one session or token of an account, or without an id all of them, with their sockets.
   * @throws ChatError not_found.
   */
  async endSessions(caller: Caller, userId: number, sessionId?: number): Promise<void> {
    requireAdministrator(caller);
    const { administration } = this.#deps;
    const { user, scope } = caller;
    const ended = await administration.endSessions(user.id, userId, sessionId ?? null, this.#now(), scope);
    this.#deps.hub.endSessions(ended);
    if (sessionId !== undefined && ended.length === 0)
      throw new ChatError('not_found', 'there is no such session');
  }

  /**
   * Creates a token with which anybody can set a new password for an account. Earlier tokens end.
   * @throws ChatError not_found.
   */
  async createReset(caller: Caller, userId: number): Promise<ResetToken> {
    requireAdministrator(caller);
    const { administration, clock } = this.#deps;
    const token = createSecret();
    const expiresAt = new Date(clock.wall() + RESET_MAX_MS);
    await administration.createReset(caller.user.id, userId, hashSecret(token), expiresAt, caller.scope);
    return { token, expiresAt: expiresAt.toISOString() };
  }

  /** Lets a deleted account's username be registered again. @throws ChatError not_found (no deleted account had it). */
  async releaseUsername(caller: Caller, username: string): Promise<void> {
    requireAdministrator(caller);
    const { administration } = this.#deps;
    if (await administration.releaseUsername(caller.user.id, username, caller.scope)) return;
    throw new ChatError('not_found', 'no deleted account had this username');
  }

  /**
   * Sets an account's new password, and ends all its sessions and tokens.
   * @throws ChatError invalid, not_found, overloaded.
   */
  async reset(token: string, password: string, { address, scope }: RequestSource): Promise<void> {
    const { administration, passwords } = this.#deps;
    const hash = hashSecret(token);
    const account = await administration.findReset(hash, this.#now(), scope);
    if (!account) throw noSuchReset();
    const problem = checkPassword(password, account.username);
    if (problem) throw invalidField('password', problem);
    const passwordHash = await passwords.hash(password, lineOf(account.username, scope));
    const ended = await administration.useReset(hash, passwordHash, this.#now(), address, scope);
    if (!ended) throw noSuchReset();
    this.#deps.hub.endSessions(ended);
  }

  #now(): Date {
    return new Date(this.#deps.clock.wall());
  }
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

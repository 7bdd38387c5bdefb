/** Sessions: a login on one device, its tokens and its end. */
import { ChatError, type Session, type User } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Rotation, SessionEnd, SessionKind, SessionStore, TokenRights } from '../../store/sessions.ts';
import { type Caller, paidBy, type RequestSource, type Scope, type Visitor } from '../caller.ts';
import { byId, type Page, type PageQuery, readPage } from '../paging.ts';
import { ALL_PERMISSIONS, type Permissions } from '../permissions.ts';
import { createSecret, hashSecret, wrapSuccessor } from '../secrets.ts';
import { ACCESS_TOKEN_SECONDS, type AccessTokens, type Claims } from './access-tokens.ts';
import type { LastUse } from './last-use.ts';
import { isPersonalToken, type PersonalTokens } from './personal-tokens.ts';
import { describeDevice } from './user-agent.ts';

/** The result of a sign-in or a refresh. `expiresIn` in seconds. */
export type SignIn = { user: User; accessToken: string; expiresIn: number; refreshToken: string };

/** A one-use ticket for a URL. `expiresIn` in seconds. */
export type Ticket = { ticket: string; expiresIn: number };

/** The parts that Sessions works with. */
export type SessionsDeps = {
  sessions: SessionStore;
  accessTokens: Pick<AccessTokens, 'issue' | 'verify'>;
  personalTokens: Pick<PersonalTokens, 'verify'>;
  lastUse: Pick<LastUse, 'record' | 'of'>;
  hub: Pick<Hub, 'endSessions'>;
  clock: Pick<Clock, 'wall'>;
};

/** A session expires when it has not been used for this time. */
export const SESSION_MAX_MS = 30 * 24 * 60 * 60 * 1_000;
/** How long a spent refresh token still returns the same successor: the first answer may have been lost. */
export const REFRESH_GRACE_MS = 10_000;
/** The lifetime of a ticket. */
export const TICKET_SECONDS = 30;
const USER_AGENT_MAX_CHARS = 200;

/** The sessions of the server. A personal token counts as a session, except in lists. */
export class Sessions {
  readonly #deps: SessionsDeps;

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /**
   * Begins a session for a person who has proved who they are.
   * @param passwordHash the hash of the proved password; the account must still have it.
   * @throws ChatError unauthenticated (the account was changed meanwhile).
   */
  async begin(user: User, { address, userAgent, scope }: Visitor, passwordHash?: string): Promise<SignIn> {
    const refreshToken = createSecret();
    const session = {
      userId: user.id,
      refreshHash: hashSecret(refreshToken),
      userAgent: userAgent.slice(0, USER_AGENT_MAX_CHARS),
      address,
      at: this.#fromNow(0),
      expiresAt: this.#fromNow(SESSION_MAX_MS),
      passwordHash,
    };
    const sessionId = await this.#deps.sessions.insert(session, scope);
    if (sessionId === null)
      throw new ChatError('unauthenticated', 'the account was changed meanwhile: sign in again');
    return this.#issue(user, sessionId, refreshToken);
  }

  /**
   * Trades a refresh token for new tokens. Within REFRESH_GRACE_MS a repeat returns the same refresh token again. A later
   * repeat means that another person holds a copy: it ends the session and its sockets.
   * @throws ChatError unauthenticated.
   */
  async refresh(refreshToken: string, source: RequestSource): Promise<SignIn> {
    const successor = createSecret();
    const rotation = await this.#deps.sessions.rotate(
      {
        hash: hashSecret(refreshToken),
        wrapped: wrapSuccessor(refreshToken, Buffer.from(successor, 'base64url')),
        successorHash: hashSecret(successor),
        at: this.#fromNow(0),
        expiresAt: this.#fromNow(SESSION_MAX_MS),
      },
      source.scope,
    );
    if (rotation.outcome === 'rotated') return this.#issue(rotation.user, rotation.sessionId, successor);
    if (rotation.outcome === 'reused') return this.#repeatOrRevoke(rotation, refreshToken, source);
    throw new ChatError('unauthenticated', 'this refresh token is unknown or expired: sign in again');
  }

  /**
   * Returns the claims of a token. An access token is verified by its signature and expiry alone, a personal token by its
   * hash in the store. Neither proves that the session still lives: see callerOf.
   * @throws ChatError unauthenticated, rate_limited.
   */
  verify(token: string, source: RequestSource): Promise<Claims> {
    const { accessTokens, personalTokens } = this.#deps;
    return isPersonalToken(token) ? personalTokens.verify(token, source) : accessTokens.verify(token);
  }

  /** Returns the caller of verified claims, if their session still lives. @throws ChatError unauthenticated. */
  async callerOf(claims: Claims, scope: Scope): Promise<Caller> {
    const caller = await this.#callerOfSession(claims.sessionId, paidBy(scope, claims.userId));
    if (caller.user.id === claims.userId) return caller;
    throw new ChatError('unauthenticated', 'the access token is not valid: sign in again');
  }

  /** Checks that the caller's session still lives. @throws ChatError unauthenticated. */
  async recheck({ sessionId, scope }: Caller): Promise<void> {
    await this.#callerOfSession(sessionId, scope);
  }

  /** Returns the caller of a ticket, which works once. @throws ChatError unauthenticated. */
  async redeem(ticket: string, scope: Scope): Promise<Caller> {
    const sessionId = await this.#deps.sessions.useTicket(hashSecret(ticket), this.#fromNow(0), scope);
    if (sessionId !== null) return this.#callerOfSession(sessionId, scope);
    throw new ChatError('unauthenticated', 'the ticket is unknown, used or older than 30 s: get a new one');
  }

  /** Creates a ticket for the caller's session. */
  async createTicket({ sessionId, scope }: Caller): Promise<Ticket> {
    const ticket = createSecret();
    const expiresAt = this.#fromNow(TICKET_SECONDS * 1_000);
    await this.#deps.sessions.insertTicket(hashSecret(ticket), sessionId, expiresAt, scope);
    return { ticket, expiresIn: TICKET_SECONDS };
  }

  /** Lists the caller's logins; personal tokens are not among them. */
  list(caller: Caller, query: PageQuery): Promise<Page<Session>> {
    return this.listOf(caller.user.id, caller, query);
  }

  /** Lists a person's logins. Checks no right: the caller of this method must have done so. */
  async listOf(userId: number, { sessionId, scope }: Caller, query: PageQuery): Promise<Page<Session>> {
    const { sessions, lastUse } = this.#deps;
    const now = this.#fromNow(0);
    const { rows, ...page } = await readPage(
      query,
      byId(`sessions ${userId}`, (below, limit) => sessions.list(userId, now, below, limit, scope)),
    );
    const shown = rows.map((session) => ({
      ...session,
      device: describeDevice(session.userAgent),
      lastUsedAt: lastUse.of(session.id) ?? session.lastUsedAt,
      current: session.id === sessionId,
    }));
    return { ...page, rows: shown };
  }

  /**
   * Ends the caller's own session or token, with its sockets [A4].
   * @throws ChatError not_found (it has ended already).
   */
  async logout({ user, sessionId, scope }: Caller): Promise<void> {
    const by = { actorId: user.id, act: 'session.logout' } as const;
    if (await this.#end({ userId: user.id, sessionId, kind: null }, by, scope)) return;
    throw new ChatError('not_found', 'this session has ended already');
  }

  /** Ends one of the caller's logins or tokens, with its sockets [A4] [T1]. @throws ChatError not_found. */
  async end(
    { user, sessionId: current, scope }: Caller,
    kind: SessionKind,
    sessionId: number,
  ): Promise<void> {
    const by = { actorId: user.id, act: sessionId === current ? 'session.logout' : 'session.end' } as const;
    if (await this.#end({ userId: user.id, sessionId, kind }, by, scope)) return;
    throw new ChatError('not_found', `there is no such ${kind === 'login' ? 'session' : 'token'}`);
  }

  /** Ends the caller's other logins, with their sockets. */
  async endOthers({ user, sessionId, scope }: Caller): Promise<void> {
    this.#deps.hub.endSessions(
      await this.#deps.sessions.endOthers(user.id, sessionId, this.#fromNow(0), scope),
    );
  }

  async #issue(user: User, sessionId: number, refreshToken: string): Promise<SignIn> {
    const accessToken = await this.#deps.accessTokens.issue(user.id, sessionId);
    return { user, accessToken, expiresIn: ACCESS_TOKEN_SECONDS, refreshToken };
  }

  async #repeatOrRevoke(
    { sessionId, user, usedAt, successor }: Reused,
    refreshToken: string,
    { address, scope }: RequestSource,
  ): Promise<SignIn> {
    if (successor && this.#deps.clock.wall() - Date.parse(usedAt) <= REFRESH_GRACE_MS) {
      return this.#issue(user, sessionId, wrapSuccessor(refreshToken, successor).toString('base64url'));
    }
    const by = { actorId: null, act: 'session.refresh-reuse', address } as const;
    await this.#end({ userId: user.id, sessionId, kind: 'login' }, by, scope);
    throw new ChatError(
      'unauthenticated',
      'this refresh token was used before: the session is ended, sign in again',
    );
  }

  async #callerOfSession(sessionId: number, scope: Scope): Promise<Caller> {
    const { sessions, lastUse } = this.#deps;
    const live = await sessions.findLive(sessionId, this.#fromNow(0), scope);
    if (!live) throw new ChatError('unauthenticated', 'the session has ended: sign in again');
    lastUse.record(sessionId);
    const permissions = toPermissions(live.token);
    return { user: live.user, sessionId, permissions, scope: paidBy(scope, live.user.id) };
  }

  /** Whether anything ended. `kind`: null for either. */
  async #end(
    { userId, sessionId, kind }: { userId: number; sessionId: number; kind: SessionKind | null },
    by: SessionEnd,
    scope: Scope,
  ): Promise<boolean> {
    const ended = await this.#deps.sessions.end(sessionId, userId, kind, this.#fromNow(0), by, scope);
    // Only those that the store ended: the id that a caller names proves nothing.
    this.#deps.hub.endSessions(ended);
    return ended.length > 0;
  }

  #fromNow(ms: number): Date {
    return new Date(this.#deps.clock.wall() + ms);
  }
}

type Reused = Exclude<Rotation, { outcome: 'unknown' }>;

function toPermissions(token: TokenRights | null): Permissions {
  if (!token) return ALL_PERMISSIONS;
  const { scopes, roomId, expiresAt } = token;
  return { scopes: new Set(scopes), roomId, expiresAt: expiresAt === null ? null : Date.parse(expiresAt) };
}

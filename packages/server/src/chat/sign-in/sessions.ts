/** Sessions: a login on one device, its tokens, and its end. */
import { ChatError, type Session, type User } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Scope } from '../../store/database/database.ts';
import type { Rotation, SessionEnd, SessionKind, SessionStore, TokenRights } from '../../store/sessions.ts';
import type { Caller, Visitor } from '../caller.ts';
import { ALL_PERMISSIONS, type Permissions } from '../permissions.ts';
import { createSecret, hashSecret, wrapSuccessor } from '../secrets.ts';
import { deviceOf } from './device.ts';
import type { LastUse } from './last-use.ts';
import { type Guest, isPersonalToken, type PersonalTokens } from './personal-tokens.ts';
import { ACCESS_TOKEN_SECONDS, type Claims, type Tokens } from './tokens.ts';

/** What a sign-in or a refresh gives: `expiresIn` in seconds. */
export type SignIn = { user: User; accessToken: string; expiresIn: number; refreshToken: string };
export type Ticket = { ticket: string; expiresIn: number };

export type Sessions = {
  /**
   * A new session for a person who proved who they are; by a password, then with its hash, which must still be the
   * account's. @throws ChatError unauthenticated.
   */
  begin(user: User, visitor: Visitor, passwordHash?: string): Promise<SignIn>;
  /** @throws ChatError unauthenticated; a reuse after the grace ends the session and its sockets. */
  refresh(refreshToken: string, visitor: Pick<Visitor, 'address' | 'scope'>): Promise<SignIn>;
  /**
   * Whose token it is: an access token by its signature and time alone, a personal one by what the store has of it, which
   * is remembered. @throws ChatError unauthenticated, rate_limited.
   */
  verify(token: string, by: Guest): Promise<Claims>;
  /** The person behind verified claims, if the session still lives. @throws ChatError unauthenticated. */
  callerOf(claims: Claims, scope: Scope): Promise<Caller>;
  /** Whether the caller's session still lives. @throws ChatError unauthenticated. */
  recheck(caller: Caller): Promise<void>;
  /** The caller whom a ticket stands for; it works once. @throws ChatError unauthenticated. */
  redeem(ticket: string, scope: Scope): Promise<Caller>;
  createTicket(caller: Caller): Promise<Ticket>;
  list(caller: Caller): Promise<Session[]>;
  /** The logins of anybody: whoever calls it has asked whether the caller may see them. */
  listOf(userId: number, caller: Caller): Promise<Session[]>;
  /** Ends the caller's own session, login or token, with its sockets [A4]. @throws ChatError not_found when it is over. */
  logout(caller: Caller): Promise<void>;
  /** Ends one of the caller's logins or tokens with its sockets [A4] [T1]. @throws ChatError not_found. */
  end(caller: Caller, kind: SessionKind, sessionId: number): Promise<void>;
  /** Ends the caller's other logins with their sockets. */
  endOthers(caller: Caller): Promise<void>;
};

export type SessionsDeps = {
  sessions: SessionStore;
  tokens: Tokens;
  personalTokens: Pick<PersonalTokens, 'verify'>;
  lastUse: Pick<LastUse, 'record' | 'of'>;
  hub: Hub;
  clock: Clock;
};

/** A session ends when it was not used for so long. */
export const SESSION_MAX_MS = 30 * 24 * 60 * 60 * 1_000;
/** For so long a used refresh token still gets the same successor: its first answer may have been lost on the way. */
export const REFRESH_GRACE_MS = 10_000;
/** One use within this time. */
export const TICKET_SECONDS = 30;
const USER_AGENT_MAX_CHARS = 200;

export function createSessions(deps: SessionsDeps): Sessions {
  const { sessions, tokens, personalTokens, lastUse, hub, clock } = deps;
  const now = () => new Date(clock.wall());
  const fromNow = (ms: number) => new Date(clock.wall() + ms);

  async function issue(user: User, sessionId: number, refreshToken: string): Promise<SignIn> {
    const accessToken = await tokens.issue(user.id, sessionId);
    return { user, accessToken, expiresIn: ACCESS_TOKEN_SECONDS, refreshToken };
  }

  /** Only what has ended in the store has its sockets closed: the id is the person's to choose. */
  function closeSockets(ended: readonly number[]): void {
    for (const sessionId of ended) hub.endSession(sessionId, 'session_ended');
  }

  async function endSession(
    { userId, sessionId, kind }: { userId: number; sessionId: number; kind: SessionKind | null },
    by: SessionEnd,
    scope: Scope,
  ): Promise<boolean> {
    const ended = await sessions.end(sessionId, userId, kind, now(), by, scope);
    closeSockets(ended);
    return ended.length > 0;
  }

  /** The successor again, while the grace lasts; after it somebody else holds a copy of the token. */
  async function repeatOrRevoke(
    rotation: Reused,
    refreshToken: string,
    { address, scope }: Pick<Visitor, 'address' | 'scope'>,
  ): Promise<SignIn> {
    const { sessionId, user, usedAt, successor } = rotation;
    if (successor && clock.wall() - Date.parse(usedAt) <= REFRESH_GRACE_MS) {
      return issue(user, sessionId, wrapSuccessor(refreshToken, successor).toString('base64url'));
    }
    const by = { actorId: null, act: 'session.refresh-reuse', address } as const;
    await endSession({ userId: user.id, sessionId, kind: 'login' }, by, scope);
    throw new ChatError(
      'unauthenticated',
      'this refresh token was used before: the session is ended, sign in again',
    );
  }

  async function admitSession(sessionId: number, scope: Scope): Promise<Caller> {
    const live = await sessions.findLive(sessionId, now(), scope);
    if (!live) throw new ChatError('unauthenticated', 'the session has ended: sign in again');
    lastUse.record(sessionId);
    return { user: live.user, sessionId, permissions: toGrant(live.token), scope };
  }

  async function listOf(userId: number, { sessionId, scope }: Caller): Promise<Session[]> {
    const stored = await sessions.list(userId, now(), scope);
    return stored.map((session) => ({
      ...session,
      device: deviceOf(session.userAgent),
      lastUsedAt: lastUse.of(session.id) ?? session.lastUsedAt,
      current: session.id === sessionId,
    }));
  }

  return {
    async begin(user, { address, userAgent, scope }, passwordHash) {
      const refreshToken = createSecret();
      const session = {
        userId: user.id,
        refreshHash: hashSecret(refreshToken),
        userAgent: userAgent.slice(0, USER_AGENT_MAX_CHARS),
        address,
        at: now(),
        expiresAt: fromNow(SESSION_MAX_MS),
        passwordHash,
      };
      const sessionId = await sessions.insert(session, scope);
      if (sessionId === null)
        throw new ChatError('unauthenticated', 'the account was changed meanwhile: sign in again');
      return issue(user, sessionId, refreshToken);
    },

    async refresh(refreshToken, visitor) {
      const successor = createSecret();
      const rotation = await sessions.rotate(
        {
          hash: hashSecret(refreshToken),
          wrapped: wrapSuccessor(refreshToken, Buffer.from(successor, 'base64url')),
          successorHash: hashSecret(successor),
          at: now(),
          expiresAt: fromNow(SESSION_MAX_MS),
        },
        visitor.scope,
      );
      if (rotation.outcome === 'rotated') return issue(rotation.user, rotation.sessionId, successor);
      if (rotation.outcome === 'reused') return repeatOrRevoke(rotation, refreshToken, visitor);
      throw new ChatError('unauthenticated', 'sign in again');
    },

    verify: (token, by) => (isPersonalToken(token) ? personalTokens.verify(token, by) : tokens.verify(token)),

    async callerOf(claims, scope) {
      const caller = await admitSession(claims.sessionId, scope);
      if (caller.user.id === claims.userId) return caller;
      throw new ChatError('unauthenticated', 'the access token is not valid');
    },

    async recheck({ sessionId, scope }) {
      await admitSession(sessionId, scope);
    },

    async redeem(ticket, scope) {
      const sessionId = await sessions.useTicket(hashSecret(ticket), now(), scope);
      if (sessionId === null) {
        throw new ChatError(
          'unauthenticated',
          'the ticket is unknown, used or older than 30 s: get a new one',
        );
      }
      return admitSession(sessionId, scope);
    },

    async createTicket({ sessionId, scope }) {
      const ticket = createSecret();
      const expiresAt = fromNow(TICKET_SECONDS * 1_000);
      await sessions.insertTicket(hashSecret(ticket), sessionId, expiresAt, scope);
      return { ticket, expiresIn: TICKET_SECONDS };
    },

    list: (caller) => listOf(caller.user.id, caller),
    listOf,

    async logout({ user, sessionId, scope }) {
      const by = { actorId: user.id, act: 'session.logout' } as const;
      if (await endSession({ userId: user.id, sessionId, kind: null }, by, scope)) return;
      throw new ChatError('not_found', 'this session is over already');
    },

    async end({ user, sessionId: current, scope }, kind, sessionId) {
      const by = { actorId: user.id, act: sessionId === current ? 'session.logout' : 'session.end' } as const;
      if (await endSession({ userId: user.id, sessionId, kind }, by, scope)) return;
      throw new ChatError('not_found', `there is no such ${kind === 'login' ? 'session' : 'token'}`);
    },

    async endOthers({ user, sessionId, scope }) {
      closeSockets(await sessions.endOthers(user.id, sessionId, now(), scope));
    },
  };
}

function toGrant(token: TokenRights | null): Permissions {
  if (!token) return ALL_PERMISSIONS;
  const { scopes, roomId, expiresAt } = token;
  return { scopes: new Set(scopes), roomId, expiresAt: expiresAt === null ? null : Date.parse(expiresAt) };
}

type Reused = Exclude<Rotation, { outcome: 'unknown' }>;

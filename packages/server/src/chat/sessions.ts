/** Sessions: a login on one device, its tokens, and its end. */
import { ChatError, type Session, type User } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub/hub.ts';
import type { Scope } from '../store/database.ts';
import type { Rotation, SessionEnd, Sessions as SessionStore } from '../store/sessions.ts';
import type { Caller, Visitor } from './caller.ts';
import { createSecret, hashSecret, wrapSuccessor } from './refresh-tokens.ts';
import { ACCESS_TOKEN_SECONDS, type Claims, type Tokens } from './tokens.ts';

/** What a sign-in or a refresh gives: `expiresIn` in seconds. */
export type Grant = { user: User; accessToken: string; expiresIn: number; refreshToken: string };
export type Ticket = { ticket: string; expiresIn: number };

export type Sessions = {
  /** A new session for a person who proved who they are. */
  begin(user: User, visitor: Visitor): Promise<Grant>;
  /** @throws ChatError unauthenticated; a reuse after the grace ends the session and its sockets. */
  refresh(refreshToken: string, visitor: Pick<Visitor, 'address' | 'scope'>): Promise<Grant>;
  /** Checks a token's signature and time alone. @throws ChatError unauthenticated. */
  verify(accessToken: string): Promise<Claims>;
  /** The person behind verified claims, if the session still lives. @throws ChatError unauthenticated. */
  admit(claims: Claims, scope: Scope): Promise<Caller>;
  /** Whether the caller's session still lives. @throws ChatError unauthenticated. */
  recheck(caller: Caller): Promise<void>;
  /** The caller whom a ticket stands for; it works once. @throws ChatError unauthenticated. */
  redeem(ticket: string, scope: Scope): Promise<Caller>;
  createTicket(caller: Caller): Promise<Ticket>;
  list(caller: Caller): Promise<Session[]>;
  /** Ends one of the caller's sessions with its sockets [A4]. @throws ChatError not_found. */
  end(caller: Caller, sessionId: number): Promise<void>;
  /** Ends all sessions of a person with their sockets, but for `except`: their password changed, or they are disabled [A4]. */
  endAll(userId: number, scope: Scope, except?: number, actorId?: number): Promise<void>;
};

export type SessionsDeps = {
  sessions: SessionStore;
  tokens: Tokens;
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

export function createSessions({ sessions, tokens, hub, clock }: SessionsDeps): Sessions {
  const now = () => new Date(clock.wall());
  const fromNow = (ms: number) => new Date(clock.wall() + ms);

  async function grant(user: User, sessionId: number, refreshToken: string): Promise<Grant> {
    const accessToken = await tokens.issue(user.id, sessionId);
    return { user, accessToken, expiresIn: ACCESS_TOKEN_SECONDS, refreshToken };
  }

  async function endSession(
    sessionId: number,
    userId: number,
    by: SessionEnd,
    scope: Scope,
  ): Promise<boolean> {
    const wasLive = await sessions.end(sessionId, userId, now(), by, scope);
    // Only after a session that was the person's own: the id is theirs to choose.
    if (wasLive) hub.endSession(sessionId, 'session_ended');
    return wasLive;
  }

  /** The successor again, while the grace lasts; after it somebody else holds a copy of the token. */
  async function repeatOrRevoke(
    rotation: Reused,
    refreshToken: string,
    { address, scope }: Pick<Visitor, 'address' | 'scope'>,
  ): Promise<Grant> {
    const { sessionId, user, usedAt, successor } = rotation;
    if (successor && clock.wall() - Date.parse(usedAt) <= REFRESH_GRACE_MS) {
      return grant(user, sessionId, wrapSuccessor(refreshToken, successor).toString('base64url'));
    }
    await endSession(sessionId, user.id, { actorId: null, act: 'session.refresh-reuse', address }, scope);
    throw new ChatError(
      'unauthenticated',
      'this refresh token was used before: the session is ended, sign in again',
    );
  }

  async function admitSession(sessionId: number, scope: Scope): Promise<Caller> {
    const live = await sessions.findLive(sessionId, now(), scope);
    if (!live) throw new ChatError('unauthenticated', 'the session has ended: sign in again');
    return { user: live.user, sessionId, scope };
  }

  return {
    async begin(user, { address, userAgent, scope }) {
      const refreshToken = createSecret();
      const session = {
        userId: user.id,
        refreshHash: hashSecret(refreshToken),
        userAgent: userAgent.slice(0, USER_AGENT_MAX_CHARS),
        address,
        at: now(),
        expiresAt: fromNow(SESSION_MAX_MS),
      };
      return grant(user, await sessions.insert(session, scope), refreshToken);
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
      if (rotation.outcome === 'rotated') return grant(rotation.user, rotation.sessionId, successor);
      if (rotation.outcome === 'reused') return repeatOrRevoke(rotation, refreshToken, visitor);
      throw new ChatError('unauthenticated', 'sign in again');
    },

    verify: (accessToken) => tokens.verify(accessToken),

    async admit(claims, scope) {
      const caller = await admitSession(claims.sessionId, scope);
      if (caller.user.id === claims.userId) return caller;
      throw new ChatError('unauthenticated', 'the access token is not valid');
    },

    async recheck({ sessionId, scope }) {
      await admitSession(sessionId, scope);
    },

    async redeem(ticket, scope) {
      const sessionId = await sessions.takeTicket(hashSecret(ticket), now(), scope);
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

    async list({ user, sessionId, scope }) {
      const stored = await sessions.list(user.id, now(), scope);
      return stored.map((session) => ({ ...session, current: session.id === sessionId }));
    },

    async end({ user, sessionId: current, scope }, sessionId) {
      const act = sessionId === current ? 'session.logout' : 'session.end';
      if (!(await endSession(sessionId, user.id, { actorId: user.id, act }, scope)))
        throw new ChatError('not_found', 'there is no such session');
    },

    async endAll(userId, scope, except, actorId = userId) {
      const ended = await sessions.endAll(userId, except ?? null, now(), actorId, scope);
      for (const sessionId of ended) hub.endSession(sessionId, 'session_ended');
    },
  };
}

type Reused = Exclude<Rotation, { outcome: 'unknown' }>;

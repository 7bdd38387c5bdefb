/** The tokens of one login: kept in memory, renewed before they expire, by one request however many ask. */
import { ChatError, type TokenGrant, type User } from '@banter/protocol';
import type { Clock } from '../clock.ts';

/** The part of an access token's life after which it is renewed. */
export const RENEW_AT = 0.8;

export type TokenSession = {
  /** Who is signed in, or was when the session ended; null before the first sign-in and after `clear`. */
  readonly user: User | null;
  /** Takes over what a sign-in answered. */
  adopt(grant: TokenGrant): void;
  /** An access token with life left in it. @throws ChatError `unauthenticated` when the session is over. */
  token(): Promise<string>;
  /** A new access token; `stale` names the one that was refused, so that it is renewed only once. */
  renew(stale?: string): Promise<string>;
  /** Milliseconds until the access token should be renewed; 0 when it is due or there is none. */
  dueInMs(): number;
  /** Forgets the tokens but not who it was: that person may sign in again. */
  expire(): void;
  /** Forgets everything. */
  clear(): void;
};

export type TokenSessionOptions = {
  clock: Clock;
  /** Exchanges the refresh token (or, without one, the refresh cookie) for a new grant. */
  refresh(refreshToken?: string): Promise<TokenGrant>;
  /** Hears of every new grant, before anybody uses its token. */
  onUser(user: User): void;
  /** Hears that the server will not renew any more. */
  onEnded(reason: string): void;
};

type Tokens = { access: string; dueAt: number; refresh: string | undefined };

/** One login's tokens; see TokenSession. */
export function createTokenSession({ clock, refresh, onUser, onEnded }: TokenSessionOptions): TokenSession {
  let user: User | null = null;
  let tokens: Tokens | null = null;
  let renewal: Promise<string> | null = null;
  /** Counts sign-ins and sign-outs: a refresh that one of them overtook is thrown away. */
  let era = 0;

  function take(grant: TokenGrant): void {
    const dueAt = clock.now() + grant.expiresIn * 1000 * RENEW_AT;
    tokens = { access: grant.accessToken, dueAt, refresh: grant.refreshToken ?? tokens?.refresh };
    user = grant.user;
    onUser(grant.user);
  }

  async function requestGrant(): Promise<string> {
    const began = era;
    try {
      const grant = await refresh(tokens?.refresh);
      if (began !== era) return overtaken();
      take(grant);
      return grant.accessToken;
    } catch (error) {
      if (began === era && isOver(error)) {
        session.expire();
        onEnded(error.message);
      }
      throw error;
    }
  }

  /** What a refresh answers whose result came too late to count. */
  function overtaken(): string {
    if (tokens !== null) return tokens.access;
    throw new ChatError('unauthenticated', 'Signed out meanwhile');
  }

  const session: TokenSession = {
    get user() {
      return user;
    },
    adopt(grant) {
      era++;
      tokens = null;
      take(grant);
    },
    async token() {
      return tokens !== null && clock.now() < tokens.dueAt ? tokens.access : session.renew();
    },
    async renew(stale) {
      if (stale !== undefined && tokens !== null && tokens.access !== stale) return tokens.access;
      renewal ??= requestGrant().finally(() => {
        renewal = null;
      });
      return renewal;
    },
    dueInMs() {
      return tokens === null ? 0 : Math.max(0, tokens.dueAt - clock.now());
    },
    expire() {
      era++;
      tokens = null;
    },
    clear() {
      session.expire();
      user = null;
    },
  };
  return session;
}

function isOver(error: unknown): error is ChatError {
  return error instanceof ChatError && error.code === 'unauthenticated';
}

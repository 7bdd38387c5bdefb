/** The tokens of one login: kept in memory and renewed before they expire, with one request for all callers. */
import { ChatError, type TokenGrant, type User } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import { SingleFlight } from '../single-flight.ts';

/** The part of an access token's life after which it is renewed. */
export const RENEW_AT = 0.8;

/** The server's calls and the listeners of a TokenSession. */
export type TokenSessionOptions = {
  clock: Clock;
  /** Exchanges the refresh token (or, without one, the refresh cookie) for a new grant. */
  refresh(refreshToken?: string): Promise<TokenGrant>;
  /** Called for every new grant, before its token is used. */
  onUser(user: User): void;
  /** Called when the server refuses to renew, or renews another person's login: the session is over. */
  onEnded(reason: string): void;
};

type Tokens = { access: string; dueAtMs: number; refresh: string | undefined };

/** The login on this device. */
export class TokenSession {
  readonly #options: TokenSessionOptions;
  readonly #renewal = new SingleFlight<string>();
  #user: User | null = null;
  #tokens: Tokens | null = null;
  /** Counts sign-ins and sign-outs. A renewal that began before one of them is discarded. */
  #generation = 0;

  constructor(options: TokenSessionOptions) {
    this.#options = options;
  }

  /** The person signed in, kept after the session ends; null before the first sign-in and after `clear`. */
  get user(): User | null {
    return this.#user;
  }

  /** Starts a session with the answer of a sign-in. */
  adopt(grant: TokenGrant): void {
    this.expire();
    this.#record(grant);
  }

  /** Returns a valid access token. @throws ChatError `unauthenticated` when the session is over */
  async token(): Promise<string> {
    const tokens = this.#tokens;
    return tokens !== null && this.#options.clock.now() < tokens.dueAtMs ? tokens.access : this.renew();
  }

  /** Returns a new access token. With `rejected`, the token the server refused, it renews that one only once. */
  async renew(rejected?: string): Promise<string> {
    const current = this.#tokens?.access;
    if (rejected !== undefined && current !== undefined && current !== rejected) return current;
    return this.#renewal.share(() => this.#requestGrant());
  }

  /** Returns the milliseconds until the access token should be renewed; 0 when it is due, or nobody is signed in. */
  dueInMs(): number {
    return this.#tokens === null ? 0 : Math.max(0, this.#tokens.dueAtMs - this.#options.clock.now());
  }

  /** Forgets the tokens but keeps the user, who may sign in again. */
  expire(): void {
    this.#generation++;
    this.#tokens = null;
  }

  /** Forgets the tokens and the user. */
  clear(): void {
    this.expire();
    this.#user = null;
  }

  async #requestGrant(): Promise<string> {
    const generation = this.#generation;
    try {
      const grant = await this.#options.refresh(this.#tokens?.refresh);
      if (generation !== this.#generation) return this.#newerToken();
      // The browser's tabs share the cookie: another tab may have signed in as somebody else.
      if (this.#user !== null && grant.user.id !== this.#user.id)
        throw new ChatError('unauthenticated', 'Somebody else signed in with this browser: sign in again');
      this.#record(grant);
      return grant.accessToken;
    } catch (error) {
      if (generation === this.#generation && isUnauthenticated(error)) {
        this.expire();
        this.#options.onEnded(error.message);
      }
      throw error;
    }
  }

  /** Returns the token of the sign-in that overtook a renewal. */
  #newerToken(): string {
    if (this.#tokens !== null) return this.#tokens.access;
    throw new ChatError('unauthenticated', 'You have signed out: sign in again');
  }

  #record(grant: TokenGrant): void {
    const dueAtMs = this.#options.clock.now() + grant.expiresIn * 1000 * RENEW_AT;
    const refresh = grant.refreshToken ?? this.#tokens?.refresh;
    this.#tokens = { access: grant.accessToken, dueAtMs, refresh };
    this.#user = grant.user;
    this.#options.onUser(grant.user);
  }
}

/** Whether `error` means that the caller must sign in again. */
export function isUnauthenticated(error: unknown): error is ChatError {
  return error instanceof ChatError && error.code === 'unauthenticated';
}

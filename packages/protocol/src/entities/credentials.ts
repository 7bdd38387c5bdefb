/** What people sign in with: logins, personal tokens. */
import type { User } from './people.ts';

/** A login on one device. */
export type Session = {
  id: number;
  createdAt: string;
  lastUsedAt: string;
  userAgent: string;
  /** What that is in a few words: Firefox on Linux. */
  device: string;
  address: string;
  /** True for the session that asks. */
  current: boolean;
};

/** What a personal access token is good for: reading; acting in rooms and on oneself; accounts, sessions and tokens. */
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export const TOKEN_SCOPES = ['read', 'write', 'admin'] as const;

/** A personal access token, without its secret. */
export type PersonalToken = {
  id: number;
  name: string;
  scopes: TokenScope[];
  /** The one room that it is for; absent for all. */
  roomId?: number;
  createdAt: string;
  /** Absent until it is used; true to about a minute. */
  lastUsedAt?: string;
  /** When it ends by itself; absent for never. */
  expiresAt?: string;
  /** True for the token that asks. */
  current: boolean;
};

/** A personal access token that has just been made: the one time that its secret is shown. */
export type NewPersonalToken = PersonalToken & { token: string };

/** What register, login and refresh answer; `refreshToken` only where the caller asked for it in the body. */
export type TokenGrant = {
  user: User;
  accessToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  refreshToken?: string;
};

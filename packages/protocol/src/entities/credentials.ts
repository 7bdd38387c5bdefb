/** Credentials: sessions, personal access tokens, and the tokens that a login returns. */
import type { User } from './people.ts';

/** The login on one device. */
export type Session = {
  id: number;
  createdAt: string;
  lastUsedAt: string;
  userAgent: string;
  /** The user agent in a few words: Firefox on Linux. */
  device: string;
  address: string;
  /** Whether the request came from this session. */
  current: boolean;
};

/**
 * One permission of a personal access token. `read`: to read. `write`: to act in rooms and to change the person's own profile
 * and presence. `admin`: to manage the account, its sessions and tokens and, for administrators, the server.
 */
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** Every scope. */
export const TOKEN_SCOPES = ['read', 'write', 'admin'] as const;

/** A personal access token, without its secret. */
export type PersonalToken = {
  id: number;
  name: string;
  scopes: TokenScope[];
  /** The only room in which the token is valid. Absent for a token that is valid everywhere. */
  roomId?: number;
  createdAt: string;
  /** Accurate to about a minute. Absent until the first use. */
  lastUsedAt?: string;
  /** When the token expires. Absent for a token that does not expire. */
  expiresAt?: string;
  /** Whether the request came with this token. */
  current: boolean;
};

/** A new personal access token, with its secret. The server shows the secret only this once. */
export type NewPersonalToken = PersonalToken & { token: string };

/** The answer to register, login and refresh. `refreshToken` only if the caller asked for it in the body. */
export type TokenGrant = {
  user: User;
  accessToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  refreshToken?: string;
  /** Present only in the answer to the registration of the server's first account, which is the administrator's. */
  firstAccount?: true;
  /** The same in words, for the person who registered. */
  notice?: string;
};

/**
 * Access tokens: JWTs (RFC 7519) signed with HS256. The algorithm is fixed and never read from the token (RFC 8725
 * 3.1).
 */
import { createHmac, timingSafeEqual, webcrypto } from 'node:crypto';
import { ChatError } from '@banter/protocol';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../clock.ts';
import { RecentKeys } from '../limits/recent-keys.ts';
import type { SigningKeys } from '../secrets.ts';

/** The claims of a valid token. `expiresAt` in epoch milliseconds; null for a personal token that never expires. */
export type Claims = { userId: number; sessionId: number; expiresAt: number | null };

/** The lifetime of an access token, in seconds. */
export const ACCESS_TOKEN_SECONDS = 600;
const ISSUER = 'banter';
const AUDIENCE = 'banter';
const ALGORITHM = 'HS256';
const TYPE = 'JWT';
/** Three parts in base64url (RFC 7515 7.1), and nothing around them. */
const TOKEN_PATTERN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Longer than any token issued here. */
const TOKEN_MAX_CHARS = 1_024;
const ID_PATTERN = /^[1-9]\d{0,15}$/;
/** How many verified tokens are remembered at least. */
const VERIFIED_MIN = 5_000;
/** How far ahead the clock of the server that issued a token may be. */
const SKEW_MAX_SECONDS = 60;

/** A key in two forms: for jose, and for a check that costs a forged token a few microseconds. */
type Key = { key: webcrypto.CryptoKey; secret: Buffer };
/** The claims of a token issued here: each expires. */
type OwnClaims = Claims & { expiresAt: number };
type KeyRing = readonly [current: Key, ...earlier: Key[]];

/** Issues and verifies access tokens. */
export class AccessTokens {
  readonly #keys: KeyRing;
  readonly #clock: Pick<Clock, 'wall'>;
  /** The claims of tokens that were verified before: a client sends the same token with each request for minutes. */
  readonly #verified = new RecentKeys<string, OwnClaims>(VERIFIED_MIN);

  private constructor(keys: KeyRing, clock: Pick<Clock, 'wall'>) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** @param keys the signing key first, then earlier ones whose tokens are still valid; at least 32 bytes each. */
  static async create([current, ...earlier]: SigningKeys, clock: Pick<Clock, 'wall'>): Promise<AccessTokens> {
    const keys: KeyRing = [await importKey(current), ...(await Promise.all(earlier.map(importKey)))];
    return new AccessTokens(keys, clock);
  }

  /** Returns a new token for a session. */
  issue(userId: number, sessionId: number): Promise<string> {
    const issuedAt = Math.floor(this.#clock.wall() / 1_000);
    return new SignJWT({ sid: String(sessionId) })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(String(userId))
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
      .sign(this.#keys[0].key);
  }

  /** Returns the claims of a token. @throws ChatError unauthenticated unless it was issued here and has not expired. */
  async verify(token: string): Promise<Claims> {
    if (token.length > TOKEN_MAX_CHARS || !TOKEN_PATTERN.test(token))
      throw new ChatError('unauthenticated', 'this is not an access token: sign in, or refresh');
    const known = this.#verified.peek(token);
    if (known && known.expiresAt > this.#clock.wall()) return known;
    const signer = this.#keys.find(({ secret }) => isSignedWith(secret, token));
    const claims = signer && (await verifyWith(signer.key, token, this.#clock));
    if (!claims) throw notValid();
    return this.#verified.get(token, () => claims);
  }
}

async function importKey(text: string): Promise<Key> {
  const secret = Buffer.from(text);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return {
    secret,
    key: await webcrypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify']),
  };
}

/** Whether a token's signature is right. verifyWith checks it again, with everything else. */
function isSignedWith(secret: Buffer, token: string): boolean {
  const end = token.lastIndexOf('.');
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  const right = createHmac('sha256', secret).update(token.slice(0, end)).digest();
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Returns the claims, or null if the token was signed with another key. */
async function verifyWith(
  key: webcrypto.CryptoKey,
  token: string,
  clock: Pick<Clock, 'wall'>,
): Promise<OwnClaims | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      currentDate: new Date(clock.wall()),
    });
    return toClaims(payload, clock.wall() / 1_000);
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return null;
    if (error instanceof errors.JWTExpired)
      throw new ChatError('unauthenticated', 'the access token has expired: refresh it');
    throw notValid(error);
  }
}

/** Checks what the signature does not prove: that the claims have the form issued here. @param now in epoch seconds. */
function toClaims({ sub, sid, iat, exp }: JWTPayload, now: number): OwnClaims {
  const [userId, sessionId] = [toId(sub), toId(sid)];
  const isOurs =
    iat !== undefined &&
    exp !== undefined &&
    iat <= now + SKEW_MAX_SECONDS &&
    exp - iat <= ACCESS_TOKEN_SECONDS &&
    Number.isSafeInteger(exp);
  if (isOurs && userId !== null && sessionId !== null) return { userId, sessionId, expiresAt: exp * 1_000 };
  throw notValid();
}

function toId(claim: unknown): number | null {
  const id = typeof claim === 'string' && ID_PATTERN.test(claim) ? Number(claim) : null;
  return Number.isSafeInteger(id) ? id : null;
}

function notValid(cause?: unknown): ChatError {
  return new ChatError('unauthenticated', 'the access token is not valid: sign in, or refresh it', { cause });
}

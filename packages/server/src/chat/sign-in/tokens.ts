/** Access tokens: JWTs (RFC 7519) signed with HS256, the algorithm fixed here and never read from the token (RFC 8725 3.1). */
import { webcrypto } from 'node:crypto';
import { ChatError } from '@banter/protocol';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../clock.ts';

/** What a valid token says. `expiresAt` in epoch milliseconds; null for a personal token that does not expire. */
export type Claims = { userId: number; sessionId: number; expiresAt: number | null };

export type Tokens = {
  issue(userId: number, sessionId: number): Promise<string>;
  /** @throws ChatError unauthenticated for anything but a token of ours that has not expired. */
  verify(token: string): Promise<Claims>;
};

/** Seconds an access token lives. */
export const ACCESS_TOKEN_SECONDS = 600;
const ISSUER = 'banter';
const AUDIENCE = 'banter';
const ALGORITHM = 'HS256';
const TYPE = 'JWT';
/** Three parts in base64url (RFC 7515 7.1), and nothing around them. No token of ours is longer. */
const TOKEN_PATTERN = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const TOKEN_MAX_CHARS = 1_024;
const ID_PATTERN = /^[1-9]\d{0,15}$/;
/** How far ahead the clock of the node that issued a token may be. */
const SKEW_MAX_SECONDS = 60;

/** @param secrets the signing key first, then earlier ones whose tokens are still accepted. At least 32 bytes each. */
export async function createTokens(secrets: readonly [string, ...string[]], clock: Clock): Promise<Tokens> {
  const [current, ...previous] = await Promise.all(secrets.map(importKey));
  if (!current) throw new TypeError('a signing key is required');
  return {
    issue(userId, sessionId) {
      const issuedAt = Math.floor(clock.wall() / 1_000);
      return new SignJWT({ sid: String(sessionId) })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(String(userId))
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
        .sign(current);
    },
    async verify(token) {
      if (token.length > TOKEN_MAX_CHARS || !TOKEN_PATTERN.test(token))
        throw new ChatError('unauthenticated', 'this is not an access token');
      for (const key of [current, ...previous]) {
        const claims = await verifyWith(key, token, clock);
        if (claims) return claims;
      }
      throw new ChatError('unauthenticated', 'the access token is not valid');
    },
  };
}

function importKey(secret: string): Promise<webcrypto.CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  return webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
}

/** The claims, or null when this key did not sign it. */
async function verifyWith(key: webcrypto.CryptoKey, token: string, clock: Clock): Promise<Claims | null> {
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
      throw new ChatError('unauthenticated', 'the access token has expired');
    throw new ChatError('unauthenticated', 'the access token is not valid', { cause: error });
  }
}

/** The signature says that the token is ours; this, that we would have written it so. `now` in epoch seconds. */
function toClaims({ sub, sid, iat, exp }: JWTPayload, now: number): Claims {
  const [userId, sessionId] = [toId(sub), toId(sid)];
  const isOurs =
    iat !== undefined &&
    exp !== undefined &&
    iat <= now + SKEW_MAX_SECONDS &&
    exp - iat <= ACCESS_TOKEN_SECONDS &&
    Number.isSafeInteger(exp);
  if (isOurs && userId !== null && sessionId !== null) return { userId, sessionId, expiresAt: exp * 1_000 };
  throw new ChatError('unauthenticated', 'the access token is not valid');
}

function toId(claim: unknown): number | null {
  const id = typeof claim === 'string' && ID_PATTERN.test(claim) ? Number(claim) : null;
  return Number.isSafeInteger(id) ? id : null;
}

/** Random secrets: refresh tokens, tickets and codes. The store knows them as hashes only. */
import { createHash, createHmac, randomBytes } from 'node:crypto';

/** The keys that sign access tokens and device cookies: the current one, then earlier ones that still verify. */
export type SigningKeys = readonly [current: string, ...earlier: string[]];

const SECRET_BYTES = 32;

/** Creates a secret of 256 random bits, as base64url. */
export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Returns the SHA-256 of a secret, which the store keeps. A random secret needs no slower hash. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * Encrypts a refresh token's successor so that only the token itself decrypts it. The store keeps the result for clients
 * whose answer was lost, and learns nothing from it. Each token has one successor, so the pad is used once. The same call
 * decrypts.
 */
export function wrapSuccessor(token: string, successor: Buffer): Buffer {
  const pad = createHmac('sha256', token).update('banter refresh successor').digest();
  return Buffer.from(successor.map((byte, i) => byte ^ (pad[i] ?? 0)));
}

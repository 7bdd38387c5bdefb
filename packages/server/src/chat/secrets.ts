/** Refresh tokens and tickets: random, known to the store as hashes only. */
import { createHash, createHmac, randomBytes } from 'node:crypto';

/** 256 random bits as base64url. */
export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** What the store keeps of a secret: its SHA-256. The secret is random, so nothing slower is needed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * Wraps a token's successor so that only the token itself opens it: the store holds it for answers that were lost on the
 * way, and learns nothing. The pad is used once, for a token has one successor. Wrapping twice unwraps.
 */
export function wrapSuccessor(token: string, successor: Buffer): Buffer {
  const pad = createHmac('sha256', token).update('banter refresh successor').digest();
  return Buffer.from(successor.map((byte, i) => byte ^ (pad[i] ?? 0)));
}

const SECRET_BYTES = 32;

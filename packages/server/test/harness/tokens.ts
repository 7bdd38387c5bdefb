/** Personal access tokens for tests. */

import type { NewPersonalToken, TokenScope } from '@banter/protocol';
import { expect } from 'vitest';
import type { Person } from './people.ts';

/** The fields of a new token: read and write by default, every room, no end. */
export type TokenWish = { scopes?: TokenScope[]; roomId?: number; expiresAt?: string };

/** Creates a token of a person. Fails the test if that is rejected. */
export async function createToken(
  who: Person,
  { scopes = ['read', 'write'], ...rest }: TokenWish = {},
): Promise<NewPersonalToken> {
  const { status, body } = await who.asks('POST', '/v1/tokens', { name: 'a script', scopes, ...rest });
  expect(status).toBe(201);
  return body as NewPersonalToken;
}

/** Schemas of credentials: sessions, personal access tokens, tickets. */
import { TOKEN_SCOPES } from '@banter/protocol';
import { z } from 'zod';
import { user } from './people.ts';
import { id, time } from './values.ts';

/** A login on one device. */
export const session = z
  .object({
    id,
    createdAt: time,
    lastUsedAt: time,
    userAgent: z.string(),
    device: z.string(),
    address: z.string(),
    current: z.boolean(),
  })
  .meta({ id: 'Session' });

/** A right that a personal access token may have. */
export const tokenScope = z.enum(TOKEN_SCOPES).meta({ id: 'TokenScope' });

const tokenFields = {
  id,
  name: z.string(),
  scopes: z.array(tokenScope),
  roomId: id.exactOptional(),
  createdAt: time,
  lastUsedAt: time.exactOptional(),
  expiresAt: time.exactOptional(),
  current: z.boolean(),
};

/** A personal access token, without its secret. */
export const personalToken = z.object(tokenFields).meta({ id: 'PersonalToken' });

/** A personal access token that was just created, with its secret. */
export const newPersonalToken = z
  .object({ ...tokenFields, token: z.string() })
  .meta({ id: 'NewPersonalToken' });

/** The answer to a sign-in. `expiresIn` is in seconds. */
export const tokenGrant = z
  .object({
    user,
    accessToken: z.string(),
    expiresIn: z.int().positive(),
    refreshToken: z.string().exactOptional(),
    firstAccount: z.literal(true).exactOptional(),
    notice: z.string().exactOptional(),
  })
  .meta({ id: 'TokenGrant' });

/** A single-use ticket. `expiresIn` is in seconds. */
export const ticket = z.object({ ticket: z.string(), expiresIn: z.int().positive() }).meta({ id: 'Ticket' });

/** What people sign in with: logins, personal tokens, tickets. */
import { TOKEN_SCOPES } from '@banter/protocol';
import { z } from 'zod';
import { user } from './people.ts';
import { id, time } from './values.ts';

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

export const personalToken = z.object(tokenFields).meta({ id: 'PersonalToken' });

export const newPersonalToken = z
  .object({ ...tokenFields, token: z.string() })
  .meta({ id: 'NewPersonalToken' });

export const tokenGrant = z
  .object({
    user,
    accessToken: z.string(),
    expiresIn: z.int().positive(),
    refreshToken: z.string().exactOptional(),
  })
  .meta({ id: 'TokenGrant' });

export const ticket = z.object({ ticket: z.string(), expiresIn: z.int().positive() }).meta({ id: 'Ticket' });

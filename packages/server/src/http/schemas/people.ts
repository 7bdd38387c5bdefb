/** People: as they present themselves, and how they are now. */
import { z } from 'zod';
import { id, time } from './values.ts';

const userFields = {
  id,
  username: z.string(),
  displayName: z.string().exactOptional(),
  admin: z.literal(true).exactOptional(),
};

export const user = z
  .object(userFields)
  .meta({ id: 'User', example: { id: 1, username: 'ada', admin: true } });

const profileFields = {
  ...userFields,
  about: z.string().exactOptional(),
  timeZone: z.string().exactOptional(),
};

export const profile = z.object(profileFields).meta({
  id: 'Profile',
  example: { id: 1, username: 'ada', displayName: 'Ada Lovelace', timeZone: 'Europe/London' },
});

export const ownProfile = z
  .object({ ...profileFields, email: z.string().exactOptional() })
  .meta({ id: 'OwnProfile' });

export const presenceFields = {
  state: z.enum(['online', 'away', 'offline']),
  awayMessage: z.string().exactOptional(),
};

export const presence = z.object(presenceFields).meta({ id: 'Presence' });

export const publicProfile = profile
  .extend({ ...presenceFields, lastSeenAt: time.exactOptional() })
  .meta({ id: 'PublicProfile', example: { id: 2, username: 'bob', state: 'online' } });

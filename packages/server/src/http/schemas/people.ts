/** Schemas of people: their profiles and their presence. */
import { z } from 'zod';
import { id, time } from './values.ts';

const userFields = {
  id,
  username: z.string(),
  displayName: z.string().exactOptional(),
  admin: z.literal(true).exactOptional(),
};

/** A person, in the short form that other entities embed. */
export const user = z
  .object(userFields)
  .meta({ id: 'User', example: { id: 1, username: 'ada', admin: true } });

const profileFields = {
  ...userFields,
  about: z.string().exactOptional(),
  timeZone: z.string().exactOptional(),
};

/** A person, with the texts of their profile. */
export const profile = z.object(profileFields).meta({
  id: 'Profile',
  example: { id: 1, username: 'ada', displayName: 'Ada Lovelace', timeZone: 'Europe/London' },
});

/** The caller's own profile. */
export const ownProfile = z
  .object({ ...profileFields, email: z.string().exactOptional() })
  .meta({ id: 'OwnProfile' });

/** The fields of presence, for schemas that embed it. */
export const presenceFields = {
  state: z.enum(['online', 'away', 'offline']),
  awayMessage: z.string().exactOptional(),
};

/** Whether a person is online. */
export const presence = z.object(presenceFields).meta({ id: 'Presence' });

/** A profile with presence, as other people see it. */
export const publicProfile = profile
  .extend({ ...presenceFields, lastSeenAt: time.exactOptional() })
  .meta({ id: 'PublicProfile', example: { id: 2, username: 'bob', state: 'online' } });

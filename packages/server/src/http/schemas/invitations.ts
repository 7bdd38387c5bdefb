/** Invitations, and who may make an account. */
import { PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { id, time } from './values.ts';

export const registration = z.enum(['open', 'invite', 'closed']).meta({ id: 'Registration' });

const invitationFields = {
  id,
  roomId: id.exactOptional(),
  roomName: z.string().exactOptional(),
  userId: id,
  username: z.string(),
  createdAt: time,
  expiresAt: time,
  maxUses: z.int().positive().exactOptional(),
  uses: z.int().nonnegative(),
};

export const invitation = z.object(invitationFields).meta({ id: 'Invitation' });

export const newInvitation = z
  .object({ ...invitationFields, code: z.string() })
  .meta({ id: 'NewInvitation' });

export const invitationPage = z
  .object({ invitations: z.array(invitation).max(PAGE_MAX), hasMore: z.boolean() })
  .meta({ id: 'InvitationPage' });

export const invitationPreview = z
  .object({
    roomName: z.string().exactOptional(),
    username: z.string(),
    expiresAt: time,
    registers: z.boolean(),
  })
  .meta({ id: 'InvitationPreview' });

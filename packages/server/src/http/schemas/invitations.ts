/** Schemas of invitations, and of who may register. */
import { z } from 'zod';
import { pageOf } from './pages.ts';
import { id, time } from './values.ts';

/** The setting that decides who may register. */
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

/** An invitation, without its code. */
export const invitation = z.object(invitationFields).meta({ id: 'Invitation' });

/** An invitation that was just created, with its code. */
export const newInvitation = z
  .object({ ...invitationFields, code: z.string() })
  .meta({ id: 'NewInvitation' });

/** A page of invitations. */
export const invitationPage = pageOf('invitations', invitation).meta({ id: 'InvitationPage' });

/** The part of an invitation that its link shows before sign-in. */
export const invitationPreview = z
  .object({
    roomName: z.string().exactOptional(),
    username: z.string(),
    expiresAt: time,
    registers: z.boolean(),
  })
  .meta({ id: 'InvitationPreview' });

/** Schemas for administrators: accounts, bans of networks, the audit log. */
import { z } from 'zod';
import { pageOf } from './pages.ts';
import { id, time } from './values.ts';

/** An account, as administrators see it. */
export const adminAccount = z
  .object({
    id,
    username: z.string(),
    email: z.string().exactOptional(),
    admin: z.literal(true).exactOptional(),
    createdAt: time,
    lastUsedAt: time.exactOptional(),
    disabledAt: time.exactOptional(),
  })
  .meta({ id: 'AdminAccount' });

/** A page of accounts, with the cursor of the next page. */
export const accountPage = pageOf('users', adminAccount).meta({ id: 'AccountPage' });

/** A single-use token that sets a new password. */
export const resetToken = z.object({ token: z.string(), expiresAt: time }).meta({ id: 'ResetToken' });

/** A ban of a network, in CIDR notation. */
export const addressBan = z
  .object({
    id,
    range: z.string(),
    reason: z.string().exactOptional(),
    until: time.exactOptional(),
    byId: id,
    at: time,
  })
  .meta({ id: 'AddressBan' });

/** A row of the audit log. `subject` holds ids; `user` and `room` are the current names of two of them. */
export const auditEntry = z
  .object({
    id,
    at: time,
    act: z.string(),
    actorId: id.exactOptional(),
    actor: z.string().exactOptional(),
    user: z.string().exactOptional(),
    room: z.string().exactOptional(),
    subject: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

/** A page of the audit log, with the cursor of the next page. */
export const auditPage = pageOf('entries', auditEntry).meta({ id: 'AuditPage' });

/** The result of verifying the audit log: the first broken row, if there is one. */
export const auditVerdict = z
  .object({
    rows: z.int().nonnegative(),
    lastHash: z.string(),
    broken: z.object({ id: z.int(), problem: z.string() }).exactOptional(),
  })
  .meta({ id: 'AuditVerdict' });

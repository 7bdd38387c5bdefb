/** What administrators of the server see. */
import { PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { id, time } from './values.ts';

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

export const accountPage = z
  .object({ users: z.array(adminAccount).max(PAGE_MAX), cursor: z.string().exactOptional() })
  .meta({ id: 'AccountPage' });

export const resetToken = z.object({ token: z.string(), expiresAt: time }).meta({ id: 'ResetToken' });

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

export const auditEntry = z
  .object({
    id,
    at: time,
    act: z.string(),
    actorId: id.exactOptional(),
    actor: z.string().exactOptional(),
    subject: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEntry' });

export const auditPage = z
  .object({ entries: z.array(auditEntry).max(PAGE_MAX), cursor: id.exactOptional() })
  .meta({ id: 'AuditPage' });

export const auditVerdict = z
  .object({
    rows: z.int().nonnegative(),
    lastHash: z.string(),
    broken: z.object({ id: z.int(), problem: z.string() }).exactOptional(),
  })
  .meta({ id: 'AuditVerdict' });

/** Schemas of bans, mutes and reports in a room. */
import { z } from 'zod';
import { pageOf } from './pages.ts';
import { id, time } from './values.ts';

/** A ban from a room. Without `until` it is permanent. */
export const ban = z
  .object({
    userId: id,
    username: z.string(),
    reason: z.string().exactOptional(),
    until: time.exactOptional(),
    at: time,
    byUserId: id,
    byUsername: z.string(),
  })
  .meta({ id: 'Ban' });

/** A mute in a room. */
export const mute = z.object({ userId: id, username: z.string(), until: time }).meta({ id: 'Mute' });

/** The state of a report. */
export const reportState = z.enum(['open', 'closed']).meta({ id: 'ReportState' });

/** A report of a message, with the reported message in `about`. */
export const report = z
  .object({
    id,
    roomId: id,
    seq: id,
    userId: id,
    username: z.string(),
    reason: z.string(),
    at: time,
    state: reportState,
    closedAt: time.exactOptional(),
    closedByUserId: id.exactOptional(),
    closedByUsername: z.string().exactOptional(),
    about: z.object({ userId: id, username: z.string(), at: time, content: z.string().exactOptional() }),
  })
  .meta({ id: 'Report' });

/** A page of reports. */
export const reportPage = pageOf('reports', report).meta({ id: 'ReportPage' });

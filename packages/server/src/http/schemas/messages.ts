/** Schemas of messages, and of the other events in a room's history. */
import { NOTICES_MAX, PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { role } from './rooms.ts';
import { id, seq, time } from './values.ts';

/** The kind of a message that is not plain text: `/me`. */
export const messageKind = z.literal('me').meta({ id: 'MessageKind' });

/** A message in its current state. A deleted one has no content. */
export const message = z
  .object({
    roomId: id,
    seq: id,
    userId: id,
    username: z.string(),
    content: z.string().exactOptional(),
    at: time,
    id: z.string(),
    kind: messageKind.exactOptional(),
    replyTo: id.exactOptional(),
    quote: z.object({ userId: id, username: z.string(), line: z.string() }).exactOptional(),
    mentions: z.array(id).exactOptional(),
    mentionsRoom: z.literal(true).exactOptional(),
    editedAt: time.exactOptional(),
    deletedAt: time.exactOptional(),
    reactions: z
      .array(
        z.object({ emoji: z.string(), count: z.int().positive(), mine: z.literal(true).exactOptional() }),
      )
      .exactOptional(),
  })
  .meta({ id: 'Message' });

const fact = { roomId: id, seq: id, at: time, userId: id, username: z.string() };

const whom = { target: id, targetUsername: z.string() };

/** An event that is neither a message nor a change of one, such as a join. History lists these beside the messages. */
export const notice = z
  .union([
    z.object({ ...fact, type: z.literal('join') }),
    z.object({ ...fact, type: z.literal('leave') }),
    z.object({ ...fact, type: z.literal('role'), ...whom, role }),
    z.object({ ...fact, type: z.literal('kick'), ...whom, reason: z.string().exactOptional() }),
    z.object({
      ...fact,
      type: z.literal('ban'),
      ...whom,
      until: time.exactOptional(),
      reason: z.string().exactOptional(),
    }),
    z.object({ ...fact, type: z.literal('unban'), ...whom }),
    z.object({ ...fact, type: z.literal('mute'), ...whom, until: time.exactOptional() }),
    z.object({ ...fact, type: z.literal('slow'), seconds: z.int().nonnegative() }),
    z.object({ ...fact, type: z.literal('topic'), topic: z.string() }),
    z.object({ ...fact, type: z.literal('rename'), name: z.string() }),
    z.object({ ...fact, type: z.literal('archive') }),
    z.object({ ...fact, type: z.literal('restore') }),
  ])
  .meta({ id: 'Notice' });

/** A page of a room's history. */
export const messagePage = z
  .object({
    messages: z.array(message).max(PAGE_MAX),
    hasMore: z.boolean(),
    head: seq.exactOptional(),
    notices: z.array(notice).max(NOTICES_MAX).exactOptional(),
  })
  .meta({ id: 'MessagePage' });

/** The entities of the contract as schemas: what answers are described by, and requests are checked by. */
import {
  ERRORS,
  type ErrorCode,
  NOTICES_MAX,
  PAGE_MAX,
  SEARCH_CONTEXT_MAX,
  SEARCH_PAGE_MAX,
  SEARCH_RANGES_MAX,
  TOKEN_SCOPES,
} from '@banter/protocol';
import { z } from 'zod';

/** Any text that the store can hold: valid Unicode without U+0000. */
export const text = z
  .string()
  .refine(
    (value) => value.isWellFormed() && !value.includes('\u0000'),
    'must be valid Unicode without U+0000',
  );

/** The id of a thing, as a path or a body has it. */
export const id = z.int().positive();

/** A place in a room's order, or 0 for the place before the first event. */
export const seq = z.int().nonnegative();

/** The same in a query, where everything is text. */
export const seqInQuery = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** The id of a thing in a query. */
export const idInQuery = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** ISO 8601 in UTC with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });

/** A time as clients may write it: with or without milliseconds, in any zone, in a year that the store can keep. */
export const givenTime = z.iso.datetime({ offset: true }).refine((value) => {
  const year = new Date(value).getUTCFullYear();
  return year >= 1 && year <= 9_999;
}, 'must be in the years 1 to 9999');

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

export const roomKind = z.enum(['open', 'closed', 'direct']).meta({ id: 'RoomKind' });

export const roomPerson = z.object({ userId: id, username: z.string() }).meta({ id: 'RoomPerson' });

export const role = z.enum(['owner', 'moderator', 'member']).meta({ id: 'Role' });

export const room = z
  .object({
    id,
    name: z.string(),
    kind: roomKind,
    topic: z.string(),
    joined: z.boolean(),
    role: role.exactOptional(),
    head: seq,
    unread: z.int().nonnegative(),
    mentions: z.int().nonnegative(),
    members: z.int().nonnegative(),
    createdAt: time,
    people: z.array(roomPerson).exactOptional(),
    archivedAt: time.exactOptional(),
    slowSeconds: z.int().positive().exactOptional(),
    hideJoins: z.literal(true).exactOptional(),
  })
  .meta({ id: 'Room' });

const presenceFields = {
  state: z.enum(['online', 'away', 'offline']),
  awayMessage: z.string().exactOptional(),
};

export const presence = z.object(presenceFields).meta({ id: 'Presence' });

export const publicProfile = profile
  .extend({ ...presenceFields, lastSeenAt: time.exactOptional() })
  .meta({ id: 'PublicProfile', example: { id: 2, username: 'bob', state: 'online' } });

export const member = z
  .object({
    userId: id,
    username: z.string(),
    displayName: z.string().exactOptional(),
    role,
    ...presenceFields,
    lastSeenAt: time.exactOptional(),
    mutedUntil: time.exactOptional(),
  })
  .meta({ id: 'Member', example: { userId: 2, username: 'bob', role: 'moderator', state: 'offline' } });

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

export const mute = z.object({ userId: id, username: z.string(), until: time }).meta({ id: 'Mute' });

export const reportState = z.enum(['open', 'closed']).meta({ id: 'ReportState' });

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

export const reportPage = z
  .object({ reports: z.array(report).max(PAGE_MAX), hasMore: z.boolean() })
  .meta({ id: 'ReportPage' });

export const messageKind = z.literal('me').meta({ id: 'MessageKind' });

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

/** What is neither a message nor about one, as history gives it beside the messages. */
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

export const messagePage = z
  .object({
    messages: z.array(message).max(PAGE_MAX),
    hasMore: z.boolean(),
    head: seq.exactOptional(),
    notices: z.array(notice).max(NOTICES_MAX).exactOptional(),
  })
  .meta({ id: 'MessagePage' });

export const searchHit = z
  .object({
    message,
    room: z.object({ id, name: z.string(), kind: roomKind, people: z.array(roomPerson).exactOptional() }),
    ranges: z.array(z.tuple([seq, seq])).max(SEARCH_RANGES_MAX),
    link: z.string(),
    before: z.array(message).max(SEARCH_CONTEXT_MAX).exactOptional(),
    after: z.array(message).max(SEARCH_CONTEXT_MAX).exactOptional(),
  })
  .meta({ id: 'SearchHit' });

export const searchOrder = z.enum(['newest', 'best']).meta({ id: 'SearchOrder' });

export const searchPage = z
  .object({
    hits: z.array(searchHit).max(SEARCH_PAGE_MAX),
    cursor: z.string().exactOptional(),
    behind: z.int().nonnegative(),
  })
  .meta({ id: 'SearchPage' });

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

export const ticket = z.object({ ticket: z.string(), expiresIn: z.int().positive() }).meta({ id: 'Ticket' });

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

/** A refused request (RFC 9457). */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    requestId: z.string(),
    retryAfterMs: z.number().nonnegative().exactOptional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).exactOptional(),
  })
  .meta({ id: 'Problem' });

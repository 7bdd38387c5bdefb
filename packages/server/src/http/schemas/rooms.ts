/** Schemas of rooms and their members. */
import { z } from 'zod';
import { pageOf } from './pages.ts';
import { presenceFields } from './people.ts';
import { id, seq, time } from './values.ts';

/** The kind of a room. */
export const roomKind = z.enum(['open', 'closed', 'direct']).meta({ id: 'RoomKind' });

/** A person, by id and username. */
export const roomPerson = z.object({ userId: id, username: z.string() }).meta({ id: 'RoomPerson' });

/** A member's role. */
export const role = z.enum(['owner', 'moderator', 'member']).meta({ id: 'Role' });

/** A room, as the caller sees it. */
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
    namesakeId: id.exactOptional(),
  })
  .meta({ id: 'Room' });

/** A page of rooms. */
export const roomPage = pageOf('rooms', room).meta({ id: 'RoomPage' });

/** A room that somebody asks the caller to enter. */
export const entryRequest = z
  .object({
    roomId: id,
    kind: roomKind,
    name: z.string(),
    userId: id,
    username: z.string(),
    at: time,
    people: z.array(roomPerson).exactOptional(),
  })
  .meta({ id: 'EntryRequest' });

/** The answer to adding a person who must agree first. */
export const asked = z.object({ userId: id, username: z.string() }).meta({ id: 'Asked' });

/** A member of a room, with presence. */
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

/** The room that an invitation led into, if it was to a room. */
export const entrance = z.object({ room: room.exactOptional() }).meta({ id: 'Entrance' });

/** The caller's read mark in a room. */
export const readMark = z.object({ seq }).meta({ id: 'ReadMark' });

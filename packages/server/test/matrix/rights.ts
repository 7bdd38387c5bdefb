/** The actors, places and verdicts of the authorisation matrix, and its grids. */
import type { ErrorCode } from '@banter/protocol';

/** Every actor with different rights, by their relation to a room. */
export const ACTORS = [
  /** Not signed in. */
  'nobody',
  /** Signed in, but never a member. */
  'outsider',
  /** A former member, who left. */
  'former',
  'banned',
  'muted',
  'member',
  'moderator',
  'owner',
  /** An administrator of the server, but not a member of the room. */
  'administrator',
] as const;
/** The name of an actor. */
export type Actor = (typeof ACTORS)[number];

/** The kinds of rooms. An archived room is an open room that was archived. */
export const ROOM_PLACES = ['open', 'closed', 'direct', 'archived'] as const;
/** The name of a kind of room. */
export type RoomPlace = (typeof ROOM_PLACES)[number];
/** The place of an act; `anywhere` is for acts that are not about a room. */
export type Place = RoomPlace | 'anywhere';

/** The possible outcomes, with the error code of each. */
export const VERDICTS = {
  ok: null,
  'sign-in': 'unauthenticated',
  /** The thing does not exist, as far as the actor can see. */
  hidden: 'not_found',
  join: 'not_member',
  refused: 'forbidden',
  muted: 'muted',
  conflict: 'conflict',
} as const satisfies Record<string, ErrorCode | null>;
/** The name of an outcome. */
export type Verdict = keyof typeof VERDICTS;

/** Returns the verdict of an error code, or the code itself if it has none. */
export function verdictOf(code: string): Verdict | string {
  return Object.entries(VERDICTS).find(([, each]) => each === code)?.[0] ?? code;
}

/** The verdicts in one place, for each actor who can be there. */
export type Line = Partial<Record<Actor, Verdict>>;
/** The verdicts in each place. */
export type Rights = Partial<Record<Place, Line>>;

/** The possible actors of each place. Without a room there are no roles, and a direct room has only plain members. */
const PRESENT: Record<Place, readonly Actor[]> = {
  open: ACTORS,
  closed: ACTORS,
  archived: ACTORS,
  direct: ['nobody', 'outsider', 'member', 'administrator'],
  anywhere: ['nobody', 'outsider', 'administrator'],
};

function rights(grid: Partial<Record<Place, string>>): Rights {
  return Object.fromEntries(
    Object.entries(grid).map(([place, line]) => [place, lineOf(place as Place, line)]),
  );
}

function lineOf(place: Place, text: string): Line {
  const verdicts = text.trim().split(/\s+/);
  const actors = PRESENT[place];
  if (verdicts.length !== actors.length)
    throw new RangeError(`${place} needs a verdict for each of ${actors}: ${text}`);
  const unknown = verdicts.find((verdict) => !Object.hasOwn(VERDICTS, verdict));
  if (unknown !== undefined) throw new RangeError(`${place}: unknown verdict ${unknown}`);
  return Object.fromEntries(actors.map((actor, i) => [actor, verdicts[i]])) as Line;
}

//            nobody   outsider former  banned  muted   member  moder.  owner    admin.
/** Everyone signed in sees an open room. Members and administrators see an archived one. */
export const SEES_ROOM = rights({
  open: '     sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       ok     ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Members read a room's content, even if they are muted or the room is archived. */
export const READS_ROOM = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       join   ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Members send messages, unless they are muted or the room is archived. */
export const SPEAKS = rights({
  open: '     sign-in  join     join    join    muted   ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  muted   ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Nobody edits the messages of others. */
export const EDITS_OTHERS = rights({
  open: '     sign-in  join     join    join    muted   refused refused refused  join   ',
  closed: '   sign-in  hidden   hidden  hidden  muted   refused refused refused  hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Members delete their own messages, even if they are muted. */
export const TAKES_BACK_OWN = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Moderators delete the messages of others. */
export const TAKES_AWAY = rights({
  open: '     sign-in  join     join    join    muted   refused ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  muted   refused ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Moderators and owners act, and administrators in open rooms. Nobody acts in an archived room. */
export const MODERATES = rights({
  open: '     sign-in  join     join    join    refused refused ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  refused',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Only owners act, and administrators in open rooms. */
export const OWNS = rights({
  open: '     sign-in  join     join    join    refused refused refused ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused refused ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  refused',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** The same as MODERATES for reads, which are allowed in an archived room too. */
export const KEEPS_ORDER = rights({
  open: '     sign-in  join     join    join    refused refused ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused ok      ok       ok     ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Everyone who may read a message may report it, in rooms that have moderators. */
export const REPORTS = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Owners archive and restore a room. Both are idempotent. */
export const ARCHIVES = rights({
  open: '     sign-in  join     join    join    refused refused refused ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused refused ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused ok       ok     ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Everyone who is not banned joins an open room. Joining again changes nothing. */
export const JOINS = rights({
  open: '     sign-in  ok       ok      refused ok      ok      ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       refused',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Nobody was asked into these rooms, so that only members find something to accept: they are in already. */
export const ACCEPTS = rights({
  open: '     sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Nobody was asked into these rooms, so nobody has a request to decline. */
export const DECLINES = rights({
  open: '     sign-in  hidden   hidden  hidden  hidden  hidden  hidden  hidden   hidden ',
  closed: '   sign-in  hidden   hidden  hidden  hidden  hidden  hidden  hidden   hidden ',
  archived: ' sign-in  hidden   hidden  hidden  hidden  hidden  hidden  hidden   hidden ',
  direct: '   sign-in  hidden                           hidden                   hidden ',
});
/** Everyone may leave at any time, except the last owner. */
export const LEAVES = rights({
  open: '     sign-in  ok       ok      ok      ok      ok      ok      conflict ok     ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      conflict hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      conflict ok     ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Everyone with an invitation enters, unless they are banned or the room is archived. */
export const ENTERS = rights({
  open: '     sign-in  ok       ok      refused ok      ok      ok      ok       ok     ',
  closed: '   sign-in  ok       ok      refused ok      ok      ok      ok       ok     ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  direct: '   sign-in  hidden                           hidden                   hidden ',
});
/** An invitation can be revoked by its creator, and by everyone who could create one like it. */
export const UNINVITES = rights({
  open: '     sign-in  hidden   hidden  hidden  hidden  hidden  ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  hidden  hidden  ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  hidden  hidden  hidden  ok       hidden ',
  direct: '   sign-in  hidden                           hidden                   hidden ',
});
/** The answer does not show whether the room exists, so every rejection is the same. */
export const GREETS = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  join     join    join    ok      ok      ok      ok       join   ',
  archived: ' sign-in  join     join    join    ok      ok      ok      ok       join   ',
  direct: '   sign-in  join                             ok                       join   ',
});
/** Needs no right, because it only ends a subscription or a request of the caller that may not exist. */
export const LETS_GO = rights({
  open: '     sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  closed: '   sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  archived: ' sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  direct: '   sign-in  ok                               ok                       ok     ',
});

//                                      nobody   outsider          administrator
/** Everyone may act. */
export const ANYONE = rights({ anywhere: 'ok       ok                ok' });
/** Everyone signed in may act. */
export const SIGNED_IN = rights({ anywhere: 'sign-in  ok                ok' });
/** Only administrators may act. */
export const ADMINISTERS = rights({ anywhere: 'sign-in  refused           ok' });
/** Only administrators may act, but the thing does not exist. */
export const ADMINISTERS_NOTHING = rights({ anywhere: 'sign-in  refused           hidden' });
/** The credential is unknown. */
export const KNOWS_NOTHING = rights({ anywhere: 'hidden   hidden            hidden' });
/** The thing belongs to another person, and does not exist for the caller. */
export const NOT_THEIRS = rights({ anywhere: 'sign-in hidden             hidden' });

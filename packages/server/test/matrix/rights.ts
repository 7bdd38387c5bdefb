/** Who may do a thing where, and how everybody else is refused: the words and the grids of the authorisation matrix. */
import type { ErrorCode } from '@banter/protocol';

/** Everyone whose rights differ, by how they stand to a room. */
export const ACTORS = [
  /** Not signed in. */
  'nobody',
  /** Signed in, and never a member. */
  'outsider',
  /** Was a member, and left. */
  'former',
  'banned',
  'muted',
  'member',
  'moderator',
  'owner',
  /** Of the server, and no member of the room. */
  'administrator',
] as const;
export type Actor = (typeof ACTORS)[number];

/** Where a thing is done; `anywhere`: it is not about one room. An archived room is an open one that was archived. */
export const ROOM_PLACES = ['open', 'closed', 'direct', 'archived'] as const;
export type RoomPlace = (typeof ROOM_PLACES)[number];
export type Place = RoomPlace | 'anywhere';

/** What comes of it, and the code of the closed table that stands behind each word. */
export const VERDICTS = {
  ok: null,
  'sign-in': 'unauthenticated',
  /** To them it does not exist. */
  hidden: 'not_found',
  join: 'not_member',
  refused: 'forbidden',
  muted: 'muted',
  conflict: 'conflict',
} as const satisfies Record<string, ErrorCode | null>;
export type Verdict = keyof typeof VERDICTS;

/** The word for a code; a code that has none stands for itself. */
export function verdictOf(code: string): Verdict | string {
  return Object.entries(VERDICTS).find(([, each]) => each === code)?.[0] ?? code;
}

/** A verdict for each actor that there is in a place, in the order of ACTORS. */
export type Line = Partial<Record<Actor, Verdict>>;
export type Rights = Partial<Record<Place, Line>>;

/** Who there can be: without a room its roles mean nothing, and a direct room has members only. */
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
    throw new RangeError(`${place}: a verdict for each of ${actors}: ${text}`);
  const unknown = verdicts.find((verdict) => !Object.hasOwn(VERDICTS, verdict));
  if (unknown !== undefined) throw new RangeError(`${place}: there is no verdict ${unknown}`);
  return Object.fromEntries(actors.map((actor, i) => [actor, verdicts[i]])) as Line;
}

//            nobody   outsider former  banned  muted   member  moder.  owner    admin.
/** Anyone who is signed in sees that an open room is there; an archived one is its members', and for administrators. */
export const SEES_ROOM = rights({
  open: '     sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       ok     ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** What a room holds is for its members, whether they may speak or not, also when it is archived. */
export const READS_ROOM = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       join   ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Members speak, unless they are muted or the room is archived. */
export const SPEAKS = rights({
  open: '     sign-in  join     join    join    muted   ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  muted   ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Nobody changes what another has said. */
export const EDITS_OTHERS = rights({
  open: '     sign-in  join     join    join    muted   refused refused refused  join   ',
  closed: '   sign-in  hidden   hidden  hidden  muted   refused refused refused  hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** One's own words can be taken back also by who is muted. */
export const TAKES_BACK_OWN = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Another's words are taken away by moderators. */
export const TAKES_AWAY = rights({
  open: '     sign-in  join     join    join    muted   refused ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  muted   refused ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Moderators and up; in an open room an administrator too. Nothing is done in an archived room. */
export const MODERATES = rights({
  open: '     sign-in  join     join    join    refused refused ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  refused',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Owners alone; in an open room an administrator too. */
export const OWNS = rights({
  open: '     sign-in  join     join    join    refused refused refused ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused refused ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  refused',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** As MODERATES for what is asked and not done: also in an archived room. */
export const KEEPS_ORDER = rights({
  open: '     sign-in  join     join    join    refused refused ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused ok      ok       ok     ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Whoever may read a message may report it, where there are moderators to hear of it. */
export const REPORTS = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused refused  join   ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** An owner archives a room and restores it, which for one that is so already is nothing to do. */
export const ARCHIVES = rights({
  open: '     sign-in  join     join    join    refused refused refused ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  refused refused refused ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  refused refused refused ok       ok     ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** Into an open room comes who is not banned; who is in it has nothing to do. */
export const JOINS = rights({
  open: '     sign-in  ok       ok      refused ok      ok      ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       refused',
  direct: '   sign-in  hidden                           ok                       hidden ',
});
/** Everyone goes when they like, but the last owner; and a direct room is its people's for good. */
export const LEAVES = rights({
  open: '     sign-in  ok       ok      ok      ok      ok      ok      conflict ok     ',
  closed: '   sign-in  hidden   hidden  hidden  ok      ok      ok      conflict hidden ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      conflict ok     ',
  direct: '   sign-in  hidden                           refused                  hidden ',
});
/** With a code that the owner gave out, everyone comes in who is not banned, unless the room is archived. */
export const ENTERS = rights({
  open: '     sign-in  ok       ok      refused ok      ok      ok      ok       ok     ',
  closed: '   sign-in  ok       ok      refused ok      ok      ok      ok       ok     ',
  archived: ' sign-in  hidden   hidden  hidden  ok      ok      ok      ok       hidden ',
  direct: '   sign-in  hidden                           hidden                   hidden ',
});
/** Whoever made an invitation takes it back, and whoever might make one like it. */
export const UNINVITES = rights({
  open: '     sign-in  hidden   hidden  hidden  hidden  hidden  ok      ok       ok     ',
  closed: '   sign-in  hidden   hidden  hidden  hidden  hidden  ok      ok       hidden ',
  archived: ' sign-in  hidden   hidden  hidden  hidden  hidden  hidden  ok       hidden ',
  direct: '   sign-in  hidden                           hidden                   hidden ',
});
/** Says nothing of whether the room exists, and so is refused alike. */
export const GREETS = rights({
  open: '     sign-in  join     join    join    ok      ok      ok      ok       join   ',
  closed: '   sign-in  join     join    join    ok      ok      ok      ok       join   ',
  archived: ' sign-in  join     join    join    ok      ok      ok      ok       join   ',
  direct: '   sign-in  join                             ok                       join   ',
});
/** Needs no right: it ends what may not even be there. */
export const LETS_GO = rights({
  open: '     sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  closed: '   sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  archived: ' sign-in  ok       ok      ok      ok      ok      ok      ok       ok     ',
  direct: '   sign-in  ok                               ok                       ok     ',
});

//                                      nobody   outsider          administrator
export const ANYONE = rights({ anywhere: 'ok       ok                ok' });
export const SIGNED_IN = rights({ anywhere: 'sign-in  ok                ok' });
export const ADMINISTERS = rights({ anywhere: 'sign-in  refused           ok' });
/** Of what is not there. */
export const ADMINISTERS_NOTHING = rights({ anywhere: 'sign-in  refused           hidden' });
export const KNOWS_NOTHING = rights({ anywhere: 'hidden   hidden            hidden' });
/** Somebody else's: as if there were none. */
export const NOT_THEIRS = rights({ anywhere: 'sign-in hidden             hidden' });

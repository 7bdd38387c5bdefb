/** The contents of the answer to a change, by the scopes of the caller's token [T2]. All doors ask here. */
import type { TokenScope } from '@banter/protocol';
import type { Permissions } from './permissions.ts';

/** The fields of an answer that are shown without the scope that reads the rest; nested for an object within it. */
export type ShortForm = { readonly [field: string]: true | ShortForm };

/** An answer, by the name of its schema. `scope` reads all of it. Without `short`, only calls of that scope return it. */
type AnswerRule = { scope: TokenScope; short?: ShortForm };

const ROOM: ShortForm = { id: true };

/**
 * The answers to calls that change something. A short form has places and ids that the caller named or made, and never a
 * text, a name, a count or a time of anything that was there before.
 */
const ANSWERS: Record<string, AnswerRule> = {
  Message: { scope: 'read', short: { roomId: true, seq: true, id: true } },
  Room: { scope: 'read', short: ROOM },
  Entrance: { scope: 'read', short: { room: ROOM } },
  ReadMark: { scope: 'read', short: {} },
  Member: { scope: 'read', short: { userId: true } },
  Asked: { scope: 'read', short: { userId: true } },
  Ban: { scope: 'read', short: { userId: true } },
  Mute: { scope: 'read', short: { userId: true } },
  Report: { scope: 'read', short: { id: true, roomId: true, seq: true } },
  NewInvitation: { scope: 'read', short: { id: true, code: true } },
  OwnProfile: { scope: 'read', short: { id: true } },
  Presence: { scope: 'read', short: {} },
  Ticket: { scope: 'read' },
  NewPersonalToken: { scope: 'admin' },
  AdminAccount: { scope: 'admin' },
  AddressBan: { scope: 'admin' },
  ResetToken: { scope: 'admin' },
};

/**
 * Returns the short form of the answer to a change, for callers who lack the scope to read it. Null if every caller who may
 * make the change may read its answer.
 * @param kind the name of the answer's schema. @param scope the scope of the call.
 * @throws TypeError for a kind without a row here, or a call whose scope needs a short form that the row lacks.
 */
export function shortFormOf(kind: string | undefined, scope: TokenScope): ShortForm | null {
  const rule = kind !== undefined && Object.hasOwn(ANSWERS, kind) ? ANSWERS[kind] : undefined;
  if (!rule) throw new TypeError(`chat/answers.ts has no row for the answer ${kind ?? 'without a name'}`);
  if (rule.scope === scope) return null;
  if (!rule.short) throw new TypeError(`chat/answers.ts has no short form of ${kind}`);
  return rule.short;
}

/** Returns what the caller may see of the answer to a change: all of it, or its short form. */
export function shownOf(answer: unknown, kind: string, { scopes }: Pick<Permissions, 'scopes'>): unknown {
  const rule = ANSWERS[kind];
  if (!rule?.short || scopes.has(rule.scope)) return answer;
  return pick(answer as Record<string, unknown>, rule.short);
}

function pick(whole: Record<string, unknown>, fields: ShortForm): Record<string, unknown> {
  const present = Object.entries(fields).filter(([field]) => whole[field] !== undefined);
  return Object.fromEntries(
    present.map(([field, inner]) => {
      const value = whole[field];
      return [field, inner === true ? value : pick(value as Record<string, unknown>, inner)];
    }),
  );
}

/** Personal access tokens: a password for a program, which can do only what it was made for [T1] [T2]. */
import {
  ChatError,
  checkText,
  type FieldError,
  type NewPersonalToken,
  type PersonalToken,
  TOKEN_NAME_MAX_CHARS,
  TOKEN_SCOPES,
  TOKENS_MAX,
  type TokenScope,
} from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { PersonalTokenStore } from '../../store/personal-tokens.ts';
import type { Caller, Scope } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import type { LastUse } from './last-use.ts';
import type { Claims } from './tokens.ts';

export type NewTokenInput = {
  name: string;
  scopes: readonly TokenScope[];
  roomId?: number | undefined;
  /** ISO 8601; without one it does not expire. */
  expiresAt?: string | undefined;
};

/** Who shows a token: where from, for the limit on unknown ones. */
export type Guest = { address: string; scope: Scope };

export type PersonalTokens = {
  /**
   * A new token, whose secret is shown this once. One that a token asks for may do no more and lives no longer than it.
   * @throws ChatError invalid, not_found (the room), forbidden (more than the caller's own), conflict (too many).
   */
  create(caller: Caller, input: NewTokenInput): Promise<NewPersonalToken>;
  list(caller: Caller): Promise<PersonalToken[]>;
  /** Whose a token is. Whether it lives is asked for as for any session. @throws ChatError unauthenticated, rate_limited. */
  verify(token: string, by: Guest): Promise<Claims>;
};

export type PersonalTokensDeps = {
  tokens: PersonalTokenStore;
  rooms: Pick<Rooms, 'get'>;
  lastUse: Pick<LastUse, 'of'>;
  limits: RateLimits;
  clock: Clock;
};

const PREFIX = 'bnt_';
/** Tokens whose owners are remembered; the one that came first is forgotten first. */
const KNOWN_MAX = 10_000;

/** Whether it is a personal token by its look: no access token or ticket begins so. */
export function isPersonalToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

export function createPersonalTokens({
  tokens,
  rooms,
  lastUse,
  limits,
  clock,
}: PersonalTokensDeps): PersonalTokens {
  /** By hash. What is kept never changes: a token that has ended is found to have no session. */
  const known = new Map<string, Claims>();

  function remember(key: string, claims: Claims): Claims {
    const [first] = known.size >= KNOWN_MAX ? known.keys() : [];
    if (first !== undefined) known.delete(first);
    known.set(key, claims);
    return claims;
  }

  return {
    async create(caller, input) {
      const { name, scopes, roomId, expiresAt } = checkInput(input, clock.wall());
      refuseMore(caller, scopes, expiresAt);
      if (roomId !== null) await rooms.get(caller, roomId);
      const token = `${PREFIX}${createSecret()}`;
      const at = new Date(clock.wall());
      const { user, sessionId, scope } = caller;
      const made = {
        userId: user.id,
        sessionId,
        hash: hashSecret(token),
        name,
        scopes,
        roomId,
        at,
        expiresAt,
      };
      const id = await tokens.insert({ ...made, max: TOKENS_MAX }, scope);
      if (id === 'ended') throw new ChatError('unauthenticated', 'the session has ended: sign in again');
      if (id === 'too_many')
        throw new ChatError('conflict', `you have ${TOKENS_MAX} tokens: revoke one that you do not need`);
      return {
        id,
        name,
        scopes,
        ...(roomId === null ? {} : { roomId }),
        createdAt: at.toISOString(),
        ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
        current: false,
        token,
      };
    },

    async list({ user, sessionId, scope }) {
      const stored = await tokens.list(user.id, new Date(clock.wall()), scope);
      return stored.map((token) => {
        const lastUsedAt = lastUse.of(token.id) ?? token.lastUsedAt;
        const current = token.id === sessionId;
        return lastUsedAt === undefined ? { ...token, current } : { ...token, lastUsedAt, current };
      });
    },

    async verify(token, { address, scope }) {
      const hash = hashSecret(token);
      const key = hash.toString('base64');
      const owned = known.get(key);
      if (owned) return owned;
      // So that a flood of guesses costs the store little.
      limits.take('visit', address);
      const owner = await tokens.findOwner(hash, scope);
      if (!owner)
        throw new ChatError('unauthenticated', 'there is no such token: it was revoked, or never made');
      const expiresAt = owner.expiresAt === null ? null : Date.parse(owner.expiresAt);
      return remember(key, { userId: owner.userId, sessionId: owner.sessionId, expiresAt });
    },
  };
}

type Checked = { name: string; scopes: TokenScope[]; roomId: number | null; expiresAt: Date | null };

function checkInput({ name: raw, scopes, roomId, expiresAt }: NewTokenInput, now: number): Checked {
  const wrong: FieldError[] = [];
  const name = checkText(raw.trim(), { mayBeEmpty: false, maxChars: TOKEN_NAME_MAX_CHARS, field: 'name' });
  if (!name.ok) wrong.push({ field: 'name', message: name.problem });
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now)
    wrong.push({ field: 'expiresAt', message: 'expiresAt must lie in the future' });
  if (roomId !== undefined && scopes.includes('admin'))
    wrong.push({ field: 'scopes', message: 'admin is about no room: leave it or roomId out' });
  const [first] = wrong;
  if (first || !name.ok) throw new ChatError('invalid', first?.message, { fields: wrong });
  return {
    name: name.text.replaceAll('\n', ' '),
    // Each once, in one order.
    scopes: TOKEN_SCOPES.filter((scope) => scopes.includes(scope)),
    roomId: roomId ?? null,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
  };
}

/** A token's own tokens may do no more than it, and live no longer. */
function refuseMore({ permissions }: Caller, scopes: readonly TokenScope[], expiresAt: Date | null): void {
  const missing = scopes.find((scope) => !permissions.scopes.has(scope));
  if (missing) throw new ChatError('forbidden', `this token lacks the scope ${missing}, and cannot give it`);
  if (permissions.expiresAt === null) return;
  if (expiresAt === null || expiresAt.getTime() > permissions.expiresAt)
    throw new ChatError('forbidden', 'a token that expires cannot make one that lives longer');
}

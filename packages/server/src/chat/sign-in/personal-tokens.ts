/** Personal access tokens: passwords for programs, each limited to the scopes it was made for [T1] [T2]. */
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
import type { Caller, RequestSource } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { byId, type Page, type PageQuery, readPage } from '../paging.ts';
import type { Rooms } from '../rooms/rooms.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import type { Claims } from './access-tokens.ts';
import type { LastUse } from './last-use.ts';

/** The fields of a new token. */
export type NewTokenInput = {
  name: string;
  scopes: readonly TokenScope[];
  /** The only room that the token may be used for; without it all rooms. */
  roomId?: number | undefined;
  /** ISO 8601; without it the token never expires. */
  expiresAt?: string | undefined;
};

/** The parts that PersonalTokens works with. */
export type PersonalTokensDeps = {
  tokens: PersonalTokenStore;
  rooms: Pick<Rooms, 'get'>;
  lastUse: Pick<LastUse, 'of'>;
  limits: Pick<RateLimits, 'take'>;
  clock: Pick<Clock, 'wall'>;
};

const PREFIX = 'bnt_';
/** How many tokens are remembered with their owners. The one added first is forgotten first. */
const KNOWN_MAX = 10_000;

/** Whether a text has the form of a personal token; access tokens and tickets never begin like one. */
export function isPersonalToken(token: string): boolean {
  return token.startsWith(PREFIX);
}

/** The personal tokens of the server. */
export class PersonalTokens {
  readonly #deps: PersonalTokensDeps;
  /** Claims by the token's hash. They never change: a token that has ended is found to have no session. */
  readonly #known = new Map<string, Claims>();

  constructor(deps: PersonalTokensDeps) {
    this.#deps = deps;
  }

  /**
   * Creates a token; its secret is returned this once. A token created by another token may not
   * exceed its scopes or outlive it.
   * @throws ChatError invalid, not_found (the room), forbidden (more than the caller's own), conflict (too many),
   * unauthenticated (the session has ended).
   */
  async create(caller: Caller, input: NewTokenInput): Promise<NewPersonalToken> {
    const { tokens, rooms, clock } = this.#deps;
    const { name, scopes, roomId, expiresAt } = checkInput(input, clock.wall());
    requireNoMore(caller, scopes, expiresAt);
    if (roomId !== null) await rooms.get(caller, roomId);
    const token = `${PREFIX}${createSecret()}`;
    const at = new Date(clock.wall());
    const { user, sessionId, scope } = caller;
    const owner = { userId: user.id, sessionId, hash: hashSecret(token) };
    const id = await tokens.insert({ ...owner, name, scopes, roomId, at, expiresAt, max: TOKENS_MAX }, scope);
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
  }

  /** Lists the caller's tokens, newest first. */
  async list({ user, sessionId, scope }: Caller, query: PageQuery): Promise<Page<PersonalToken>> {
    const { tokens, lastUse, clock } = this.#deps;
    const now = new Date(clock.wall());
    const { rows, ...page } = await readPage(
      query,
      byId('tokens', (below, limit) => tokens.list(user.id, now, below, limit, scope)),
    );
    const shown = rows.map((token) => {
      const lastUsedAt = lastUse.of(token.id) ?? token.lastUsedAt;
      const current = token.id === sessionId;
      return lastUsedAt === undefined ? { ...token, current } : { ...token, lastUsedAt, current };
    });
    return { ...page, rows: shown };
  }

  /**
   * Returns the claims of a token. They do not prove that the token still lives: Sessions.callerOf checks that. Unknown
   * tokens count against the limit of the address.
   * @throws ChatError unauthenticated, rate_limited.
   */
  async verify(token: string, { address, scope }: RequestSource): Promise<Claims> {
    const { tokens, limits } = this.#deps;
    const hash = hashSecret(token);
    const key = hash.toString('base64');
    const known = this.#known.get(key);
    if (known) return known;
    // Limits the queries that a flood of guesses costs.
    limits.take('visit', address);
    const owner = await tokens.findOwner(hash, scope);
    if (!owner) throw new ChatError('unauthenticated', 'this token is unknown or revoked: create a new one');
    const expiresAt = owner.expiresAt === null ? null : Date.parse(owner.expiresAt);
    return this.#remember(key, { userId: owner.userId, sessionId: owner.sessionId, expiresAt });
  }

  #remember(key: string, claims: Claims): Claims {
    const [first] = this.#known.size >= KNOWN_MAX ? this.#known.keys() : [];
    if (first !== undefined) this.#known.delete(first);
    this.#known.set(key, claims);
    return claims;
  }
}

type Checked = { name: string; scopes: TokenScope[]; roomId: number | null; expiresAt: Date | null };

function checkInput({ name: raw, scopes, roomId, expiresAt }: NewTokenInput, now: number): Checked {
  const wrong: FieldError[] = [];
  const name = checkText(raw.trim(), { mayBeEmpty: false, maxChars: TOKEN_NAME_MAX_CHARS, field: 'name' });
  if (!name.ok) wrong.push({ field: 'name', message: name.problem });
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now)
    wrong.push({ field: 'expiresAt', message: 'expiresAt must be in the future' });
  if (roomId !== undefined && scopes.includes('admin'))
    wrong.push({
      field: 'scopes',
      message: 'a token for one room cannot have the scope admin: leave one out',
    });
  const [first] = wrong;
  if (first || !name.ok) throw new ChatError('invalid', first?.message, { fields: wrong });
  return {
    name: name.text.replaceAll('\n', ' '),
    // Each scope once, always in the same order.
    scopes: TOKEN_SCOPES.filter((scope) => scopes.includes(scope)),
    roomId: roomId ?? null,
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
  };
}

/** A token created by a token may not exceed its scopes or outlive it. @throws ChatError forbidden. */
function requireNoMore({ permissions }: Caller, scopes: readonly TokenScope[], expiresAt: Date | null): void {
  const missing = scopes.find((scope) => !permissions.scopes.has(scope));
  if (missing)
    throw new ChatError(
      'forbidden',
      `this token lacks the scope ${missing}, so it cannot give it to another`,
    );
  if (permissions.expiresAt === null) return;
  if (expiresAt === null || expiresAt.getTime() > permissions.expiresAt)
    throw new ChatError('forbidden', 'the new token would outlive this one: set an earlier expiresAt');
}

/**
 * The pace of room events: each person has one budget per room for everything that becomes an event, whichever door or act it
 * comes from. Messages have their own budgets, see messages/send-pace.ts.
 */
import type {
  Appender,
  AppendResult,
  ChangeResult,
  NewChange,
  NewMessage,
} from '../../store/append/appender.ts';
import type { OrderTicket } from '../../store/append/order-gate.ts';
import type { DiskSpace } from './disk-space.ts';
import type { RateKind, RateLimits } from './rate-limits.ts';

/** The parts that PacedAppender works with. */
export type PacedAppenderDeps = {
  appender: Pick<Appender, 'append' | 'change'>;
  limits: Pick<RateLimits, 'take' | 'charge' | 'giveBack'>;
  space: Pick<DiskSpace, 'require'>;
};

/** An appender that charges every act on a room to the person who does it, to what it switches, and to the room. */
export class PacedAppender implements Pick<Appender, 'append' | 'change'> {
  readonly #deps: PacedAppenderDeps;

  constructor(deps: PacedAppenderDeps) {
    this.#deps = deps;
  }

  /** Stores a message as Appender.append does: the pace of sends was checked before. @throws as Appender.append. */
  append(message: NewMessage, ticket?: OrderTicket): Promise<AppendResult> {
    return this.#deps.appender.append(message, ticket);
  }

  /**
   * Stores an act. One that stored no event costs nothing. Leaving is charged but never rejected.
   * @throws ChatError rate_limited (too many events of this person in the room, or the same thing switched to and fro),
   * unavailable (the act stores more and the disk is nearly full), and as Appender.change.
   */
  async change(change: NewChange): Promise<ChangeResult> {
    const { appender, limits, space } = this.#deps;
    if (storesMore(change)) space.require();
    const costs = costsOf(change);
    if (change.type === 'leave') for (const cost of costs) limits.charge(...cost);
    else this.#take(costs);
    try {
      const result = await appender.change(change);
      if (result.changed) limits.charge('room', change.roomId);
      else if (!result.isUncertain) this.#giveBack(costs);
      return result;
    } catch (error) {
      this.#giveBack(costs);
      throw error;
    }
  }

  /** Takes all of the costs or none of them. @throws ChatError rate_limited. */
  #take(costs: readonly Cost[]): void {
    for (const [count, cost] of costs.entries()) {
      try {
        this.#deps.limits.take(...cost);
      } catch (error) {
        this.#giveBack(costs.slice(0, count));
        throw error;
      }
    }
  }

  #giveBack(costs: readonly Cost[]): void {
    for (const cost of costs) this.#deps.limits.giveBack(...cost);
  }
}

type Cost = [kind: RateKind, key: string];

/**
 * The thing in its room that each kind of act switches, as a key. Acts with the same key undo each other: a join and a leave, a
 * kick and adding the same person again. The actor is part of the key, so that nobody can use up the turns of a moderator.
 */
const SWITCHES: { [T in NewChange['type']]: ((change: Extract<NewChange, { type: T }>) => string) | null } = {
  join: ({ actor }) => `person ${actor.id}`,
  accept: ({ actor }) => `person ${actor.id}`,
  enter: ({ actor }) => `person ${actor.id}`,
  leave: ({ actor }) => `person ${actor.id}`,
  kick: ({ target }) => `person ${target.id}`,
  role: ({ target }) => `person ${target.id}`,
  ban: ({ target }) => `ban ${target.id}`,
  unban: ({ target }) => `ban ${target.id}`,
  mute: ({ target }) => `mute ${target.id}`,
  react: ({ target, emoji }) => `react ${target} ${emoji}`,
  edit: null,
  delete: null,
  topic: () => 'topic',
  rename: () => 'name',
  slow: () => 'slow',
  archive: () => 'archive',
  restore: () => 'archive',
};

/** Acts that a full disk refuses. Deleting, leaving and moderation always go on. An edit is counted as a send. */
const GROWING: ReadonlySet<NewChange['type']> = new Set([
  'join',
  'enter',
  'accept',
  'react',
  'topic',
  'rename',
]);

function storesMore(change: NewChange): boolean {
  return change.type === 'react' ? change.on : GROWING.has(change.type);
}

function costsOf(change: NewChange): Cost[] {
  const { roomId, actor, type } = change;
  const keyOf = SWITCHES[type] as ((change: NewChange) => string) | null;
  const budget = `${roomId} ${actor.id}`;
  return [['event', budget], ...(keyOf ? [['toggle', `${budget} ${keyOf(change)}`] satisfies Cost] : [])];
}

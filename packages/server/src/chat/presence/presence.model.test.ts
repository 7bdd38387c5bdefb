import { AWAY_AFTER_MS } from '@banter/protocol';
import { expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { createTestLink, settle } from '../../../test/harness/hub.ts';
import { createChance } from '../../../test/harness/seed.ts';
import type { Link } from '../../hub/link.ts';
import { CHECK_PERIOD_MS, LEASE_MS, OFFLINE_DELAY_MS, Presence } from './presence.ts';

const PEOPLE = ['ann', 'bob', 'cem'].map((username, i) => ({ userId: 2 + i, username }));
const [ANN = { userId: 2, username: 'ann' }] = PEOPLE;

/** Presence beside a simple model of it: both get the same random acts. */
class World {
  readonly clock = createManualClock();
  readonly presence = new Presence({
    memberships: { roomIdsOfAll: async () => new Map() },
    lastSeen: { save: async () => {} },
    hub: { broadcast: () => {}, connectionsOf: () => [], send: () => {} },
    clock: this.clock,
    onProblem(error) {
      throw error;
    },
  });
  readonly links = new Map<Link, { userId: number; aliveAt: number }>();
  readonly goneAt = new Map<number, number>();
  readonly activeAt = new Map<number, number>();
  readonly away = new Set<number>();
  readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
    this.presence.start();
  }

  readonly acts: Record<string, () => void> = {
    open: () => {
      const person = this.pick(PEOPLE) ?? ANN;
      const link = createTestLink();
      this.presence.connectionChanged({ ...person, link, onlyRoomId: null }, true);
      if (!this.activeAt.has(person.userId)) this.activeAt.set(person.userId, this.clock.now());
      this.goneAt.delete(person.userId);
      this.links.set(link, { userId: person.userId, aliveAt: this.clock.now() });
    },
    close: () => {
      const [link, { userId }] = this.pick([...this.links]) ?? [null, ANN];
      if (!link) return;
      const person = PEOPLE.find((each) => each.userId === userId) ?? ANN;
      this.endLink(link, userId);
      this.presence.connectionChanged({ ...person, link, onlyRoomId: null }, false);
    },
    // A dead link never closes: its signs of life just end.
    renewMost: () => {
      for (const [link, known] of this.links) {
        if (this.random() < 0.2) continue;
        this.presence.renew(link);
        known.aliveAt = this.clock.now();
      }
    },
    act: () => {
      const { userId } = this.pick(PEOPLE) ?? ANN;
      this.presence.markActive({ user: { id: userId }, permissions: { roomId: null } });
      if (this.activeAt.has(userId)) this.activeAt.set(userId, this.clock.now());
    },
    goAway: () => {
      const { userId } = this.pick(PEOPLE) ?? ANN;
      this.presence.setAway(userId, {});
      if (this.activeAt.has(userId)) this.away.add(userId);
    },
    comeBack: () => {
      const { userId } = this.pick(PEOPLE) ?? ANN;
      this.presence.setAway(userId, null);
      this.away.delete(userId);
    },
    wait: () => this.step(CHECK_PERIOD_MS * (1 + Math.floor(this.random() * 6))),
    waitLong: () => {
      for (let i = 0; i < 40; i++) {
        this.acts.renewMost?.();
        this.step(CHECK_PERIOD_MS * 4);
      }
    },
  };

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  /** Advances from check to check, so that presence and the model see the same. */
  step(ms: number): void {
    for (let left = ms; left > 0; left -= CHECK_PERIOD_MS) {
      this.clock.advance(Math.min(left, CHECK_PERIOD_MS));
      for (const [link, { userId, aliveAt }] of this.links) {
        if (this.clock.now() - aliveAt >= LEASE_MS) this.endLink(link, userId);
      }
      for (const [userId, at] of this.goneAt) {
        if (this.clock.now() - at < OFFLINE_DELAY_MS) continue;
        for (const facts of [this.goneAt, this.activeAt, this.away]) facts.delete(userId);
      }
    }
  }

  endLink(link: Link, userId: number): void {
    this.links.delete(link);
    const isLast = ![...this.links.values()].some((other) => other.userId === userId);
    if (isLast) this.goneAt.set(userId, this.clock.now());
  }

  expectedState(userId: number): string {
    const activeAt = this.activeAt.get(userId);
    if (activeAt === undefined) return 'offline';
    return this.away.has(userId) || this.clock.now() - activeAt >= AWAY_AFTER_MS ? 'away' : 'online';
  }
}

test.each(Array.from({ length: 30 }, (_, i) => 1 + i))(
  '[P1] [P2] presence matches a simple model of connections and acts (seed %i)',
  async (seed) => {
    const world = new World(createChance(seed).next);
    const names = Object.keys(world.acts);
    for (let i = 0; i < 400; i++) {
      world.acts[world.pick(names) ?? 'wait']?.();
      expect(PEOPLE.map(({ userId }) => world.presence.of(userId).state)).toEqual(
        PEOPLE.map(({ userId }) => world.expectedState(userId)),
      );
    }
    world.step(10 * LEASE_MS);
    await settle();
    expect(world.presence.count()).toBe(0);
  },
);

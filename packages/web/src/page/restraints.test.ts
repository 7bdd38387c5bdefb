import type { Room } from '@banter/protocol';
import { beforeEach, expect, it } from 'vitest';
import { room } from '../../test/rooms.ts';
import type { Page } from './page.ts';
import { followToEnd, type Restraint, removalText } from './restraints.ts';

const ROOM = room(1, 'tides');
const BEGIN = Date.parse('2026-11-25T12:00:00Z');
const UNTIL = '2026-11-25T12:02:30.000Z';

let nowMs: number;
let timers: Set<{ task: () => void; atMs: number }>;
/** The reader's rooms, and their mute in the room. */
let known: { rooms: Room[]; mutedUntil?: string };
let lines: string[];
beforeEach(() => {
  nowMs = BEGIN;
  timers = new Set();
  known = { rooms: [ROOM], mutedUntil: UNTIL };
  lines = [];
});

/** The parts of a page that a restraint uses. */
function page(): Page {
  const client = {
    get rooms() {
      return known.rooms;
    },
    people: () => [{ userId: 7, username: 'juno', mutedUntil: known.mutedUntil }],
    timeline: () => ({ entries: [] }),
    serverNow: () => nowMs,
  };
  const delay = (task: () => void, delayMs: number) => {
    const timer = { task, atMs: nowMs + delayMs };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  const view = {
    room: { peek: () => ROOM },
    addLocalLine: (_: number, { text }: { text: string }) => lines.push(text),
  };
  const quiet = {
    announcer: { state: () => undefined },
    mounted: { log: null, composer: null, heldKeys: [] },
  };
  return { client, delay, view, self: { id: 7, username: 'juno' }, ...quiet } as unknown as Page;
}

/** Moves the wall clock. Runs the timers that are over by then, as they come. */
function pass(ms: number): void {
  const end = nowMs + ms;
  for (;;) {
    const [next] = [...timers].filter(({ atMs }) => atMs <= end).toSorted((a, b) => a.atMs - b.atMs);
    if (next === undefined) break;
    timers.delete(next);
    nowMs = next.atMs;
    next.task();
  }
  nowMs = end;
}

const follow = (restraint: Partial<Restraint>) =>
  followToEnd(page(), { type: 'mute', room: ROOM, until: UNTIL, ...restraint });

it('a mute that has run out is told once, and not before', () => {
  follow({});
  pass(149_999);
  expect(lines).toEqual([]);
  pass(1);
  expect(lines).toEqual(['Your mute in #tides has ended: you can write again.']);
  pass(600_000);
  expect(lines).toHaveLength(1);
});

it('a ban that has run out says how to return', () => {
  known = { rooms: [] };
  follow({ type: 'ban' });
  follow({ type: 'ban', room: { ...ROOM, kind: 'closed' } });
  pass(150_000);
  expect(lines).toEqual([
    'Your ban from #tides has ended. /join #tides to return.',
    'Your ban from #tides has ended. You need an invitation to return.',
  ]);
});

it('the wall clock counts, though timers stand still while the machine sleeps', () => {
  follow({});
  nowMs += 3_600_000;
  pass(0);
  expect(lines).toHaveLength(1);
});

it.each<[string, Restraint['type'], typeof known]>([
  ['the mute was lifted', 'mute', { rooms: [ROOM] }],
  ['the mute was made longer', 'mute', { rooms: [ROOM], mutedUntil: '2026-11-26T12:00:00.000Z' }],
  ['the muted person left', 'mute', { rooms: [] }],
  ['the ban was lifted, and the person returned', 'ban', { rooms: [ROOM] }],
])('nothing is told when %s', (_, type, change) => {
  follow({ type });
  known = change;
  pass(600_000);
  expect(lines).toEqual([]);
});

it('nothing is told after the page stopped', () => {
  follow({})();
  pass(600_000);
  expect([lines, timers.size]).toEqual([[], 0]);
});

it('a kick shows who, why and, for an open room, how to return', () => {
  const kick = { type: 'kick', username: 'edda' } as const;
  expect(removalText(kick, ROOM)).toBe('edda removed you from #tides. /join #tides to return.');
  expect(removalText({ ...kick, reason: 'too loud.' }, { ...ROOM, kind: 'closed' })).toBe(
    'edda removed you from #tides: too loud.',
  );
});

it('a ban shows when it ends', () => {
  const until = new Date(2026, 10, 25, 15, 30).toISOString();
  expect(removalText({ type: 'ban', username: 'edda', until, reason: 'spam' }, ROOM)).toBe(
    'edda banned you from #tides until 15:30 on Wednesday 25 November 2026: spam.',
  );
  expect(removalText({ type: 'ban', username: 'edda' }, ROOM)).toBe('edda banned you from #tides.');
});

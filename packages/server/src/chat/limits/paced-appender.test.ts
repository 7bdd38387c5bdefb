import { ChatError } from '@banter/protocol';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { RATES } from '../../../test/harness/rates.ts';
import type { ChangeResult, NewChange } from '../../store/append/appender.ts';
import { PacedAppender } from './paced-appender.ts';
import { RateLimits } from './rate-limits.ts';

const ANN = { id: 1, username: 'ann' };
const BOB = { id: 2, username: 'bob' };

/** An appender that stores every act, unless `fate` is replaced. @param require throws while the disk is nearly full. */
function build(require = () => {}) {
  const clock = createManualClock();
  const limits = new RateLimits({ clock, rates: RATES });
  const world = {
    clock,
    limits,
    stored: 0,
    fate: (): ChangeResult => ({ changed: true, event: {} as never }),
  };
  const appender = {
    append: () => Promise.reject(new Error('no message is sent here')),
    change: async () => {
      const result = world.fate();
      if (result.changed) world.stored += 1;
      return result;
    },
  };
  const paced = new PacedAppender({ appender, limits, space: { require } });
  const does = (change: NewChange) =>
    paced.change(change).then(
      () => 'ok',
      (error: ChatError) => error.code,
    );
  return Object.assign(world, { does });
}

const loops: Record<string, NewChange[]> = {
  'a reaction': [true, false].map((on) => ({
    type: 'react',
    roomId: 1,
    actor: ANN,
    target: 5,
    emoji: '👍',
    on,
  })),
  'a membership': (['join', 'leave'] as const).map((type) => ({ type, roomId: 1, actor: ANN })),
  'adding and removing a person': [
    { type: 'role', roomId: 1, actor: ANN, target: BOB, role: 'member' },
    { type: 'kick', roomId: 1, actor: ANN, target: BOB },
  ],
  'a ban': (['ban', 'unban'] as const).map((type) => ({ type, roomId: 1, actor: ANN, target: BOB })),
  'an archived room': (['archive', 'restore'] as const).map((type) => ({ type, roomId: 1, actor: ANN })),
  'a topic': ['a', 'b'].map((topic) => ({ type: 'topic', roomId: 1, actor: ANN, topic })),
};

describe('one thing switched to and fro', () => {
  test.each(Object.entries(loops))('[L3] %s is rejected after a few times', async (_name, loop) => {
    const world = build();
    for (let i = 0; i < 50; i++) for (const act of loop) await world.does(act);
    // A person may always leave, but not come back.
    expect(world.stored - (loop[1]?.type === 'leave' ? 48 : 0)).toBe(4);
  });

  test('[L3] it takes no turns from others: a moderator can remove a person who joins again and again', async () => {
    const { does } = build();
    for (let i = 0; i < 50; i++) await does({ type: 'join', roomId: 1, actor: BOB });
    expect(await does({ type: 'kick', roomId: 1, actor: ANN, target: BOB })).toBe('ok');
  });

  test('[L3] leaving is never rejected', async () => {
    const { does } = build();
    for (let i = 0; i < 300; i++) expect(await does({ type: 'leave', roomId: 1, actor: ANN })).toBe('ok');
    expect(await does({ type: 'join', roomId: 1, actor: ANN })).toBe('rate_limited');
  });
});

describe('the budget of a person in a room', () => {
  const reactTo = (target: number, roomId = 1, actor = ANN): NewChange => ({
    type: 'react',
    roomId,
    actor,
    target,
    emoji: '👍',
    on: true,
  });

  test('[L3] all kinds of acts share it, and other people and rooms have their own', async () => {
    const { does } = build();
    for (let seq = 1; seq <= 60; seq++) expect(await does(reactTo(seq))).toBe('ok');
    for (let seq = 1; seq <= 60; seq++)
      expect(await does({ type: 'delete', roomId: 1, actor: ANN, target: seq })).toBe('ok');
    expect(await does({ type: 'edit', roomId: 1, actor: ANN, target: 1, content: 'x' })).toBe('rate_limited');
    expect(await does(reactTo(1, 1, BOB))).toBe('ok');
    expect(await does(reactTo(1, 2))).toBe('ok');
  });

  test('[L3] an act that changes nothing or is refused costs nothing', async () => {
    const world = build();
    world.fate = () => ({ changed: false });
    for (let i = 0; i < 200; i++) expect(await world.does(reactTo(1))).toBe('ok');
    world.fate = () => {
      throw new ChatError('forbidden');
    };
    for (let i = 0; i < 200; i++) expect(await world.does(reactTo(1))).toBe('forbidden');
  });

  test('[L3] every event costs the room, so acts and messages share its rate', async () => {
    const { does, limits } = build();
    for (let id = 1; id <= 2_000; id++) await does(reactTo(1, 1, { id, username: `p${id}` }));
    expect(limits.refusal('room', 1)).toMatchObject({ code: 'rate_limited' });
  });
});

test('[L10] a nearly full disk refuses every way into a room, and no way out', async () => {
  const { does } = build(() => {
    throw new ChatError('unavailable', 'the disk is nearly full');
  });
  const invitation = Buffer.alloc(32);
  const acts: NewChange[] = [
    { type: 'join', roomId: 1, actor: ANN },
    { type: 'enter', roomId: 2, actor: ANN, invitation },
    { type: 'accept', roomId: 3, actor: ANN },
    { type: 'leave', roomId: 4, actor: ANN },
    { type: 'kick', roomId: 5, actor: ANN, target: BOB },
  ];
  const codes: string[] = [];
  for (const act of acts) codes.push(await does(act));
  expect(codes).toEqual(['unavailable', 'unavailable', 'unavailable', 'ok', 'ok']);
});

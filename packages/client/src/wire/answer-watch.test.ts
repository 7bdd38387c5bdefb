import type { Command, ServerEvent } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fake-clock.ts';
import { liveWorld, opsOn, type World } from '../../test/world.ts';
import {
  ANSWER_BUSY_MAX_MS,
  ANSWER_MAX_MS,
  AnswerWatch,
  PROBE_AFTER_MS,
  PROBE_QUIET_MS,
} from './answer-watch.ts';

const SEND: Command = { op: 'send', id: 'message-1', roomId: 1, content: 'hello' };
const LIVE: ServerEvent = { type: 'live', roomId: 1, head: 0 };

function setUp() {
  const clock = new FakeClock();
  const probes: string[] = [];
  let isDead = false;
  const watch: AnswerWatch = new AnswerWatch({
    clock,
    send(probe) {
      probes.push(probe.id);
      watch.sent(probe);
    },
    onDead() {
      isDead = true;
    },
  });
  const answer = (id: string) => watch.received([{ type: 'ok', id }]);
  return { clock, watch, probes, answer, isDead: () => isDead };
}

describe('the watch for answers', () => {
  it('probes after PROBE_AFTER_MS without an answer, and gives up after ANSWER_MAX_MS', async () => {
    const { clock, watch, probes, isDead } = setUp();
    watch.sent(SEND);
    await clock.advance(PROBE_AFTER_MS - 1);
    expect(probes).toEqual([]);
    await clock.advance(1);
    expect(probes).toHaveLength(1);
    await clock.advance(ANSWER_MAX_MS - PROBE_AFTER_MS - 1);
    expect(isDead()).toBe(false);
    await clock.advance(1);
    expect(isDead()).toBe(true);
    expect(clock.waiting).toBe(0);
  });

  it('keeps a link whose server is slow with one command and answers each probe', async () => {
    const { clock, watch, probes, answer, isDead } = setUp();
    watch.sent(SEND);
    for (let round = 1; round <= 20; round++) {
      await clock.advance(PROBE_AFTER_MS);
      expect(probes).toHaveLength(round);
      await clock.advance(1_000);
      answer(probes.at(-1) ?? '');
    }
    expect(isDead()).toBe(false);
    answer('message-1');
    expect(clock.waiting).toBe(0);
  });

  it('waits longer while other frames arrive, because a slow line delivers them first', async () => {
    const { clock, watch, isDead } = setUp();
    watch.sent(SEND);
    for (let waited = 1_000; waited < ANSWER_BUSY_MAX_MS; waited += 1_000) {
      await clock.advance(1_000);
      watch.received([LIVE]);
      expect(isDead()).toBe(false);
    }
    await clock.advance(1_000);
    expect(isDead()).toBe(true);
  });

  it('an answer at the last moment starts the wait for the next command', async () => {
    const { clock, watch, answer, isDead } = setUp();
    watch.sent(SEND);
    watch.sent({ ...SEND, id: 'message-2' });
    await clock.advance(ANSWER_MAX_MS - 1);
    answer('message-1');
    await clock.advance(ANSWER_MAX_MS - 1);
    expect(isDead()).toBe(false);
    await clock.advance(1);
    expect(isDead()).toBe(true);
  });

  it('does not wait for commands that have no answer', async () => {
    const { clock, watch, probes } = setUp();
    watch.sent({ op: 'typing', roomId: 1 });
    watch.sent({ op: 'pong', t: 1 });
    await clock.advance(ANSWER_BUSY_MAX_MS);
    expect(probes).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('probes a silent link once when a person is seen', async () => {
    const { clock, watch, probes, isDead } = setUp();
    await clock.advance(PROBE_QUIET_MS - 1);
    watch.check(false);
    expect(probes).toEqual([]);
    await clock.advance(1);
    watch.check(false);
    watch.check(false);
    expect(probes).toHaveLength(1);
    await clock.advance(ANSWER_MAX_MS);
    expect(isDead()).toBe(true);
  });

  it('probes at once after the machine has slept, though its clock stood still', async () => {
    const { clock, watch, probes, answer, isDead } = setUp();
    watch.check(true);
    expect(probes).toHaveLength(1);
    answer(probes[0] ?? '');
    await clock.advance(ANSWER_BUSY_MAX_MS);
    expect(isDead()).toBe(false);
  });
});

describe('a connection whose peer is frozen', () => {
  const name = ({ client }: World) => client.connection.name;

  it('is reconnecting ANSWER_MAX_MS after a send, and delivers the message once on the next link', async () => {
    const world = await liveWorld();
    world.client.send(1, 'into the ice');
    await world.clock.advance(PROBE_AFTER_MS);
    expect(opsOn(world)).toEqual(['send', 'unsubscribe']);
    await world.clock.advance(ANSWER_MAX_MS - PROBE_AFTER_MS - 1);
    expect(name(world)).toBe('live');
    await world.clock.advance(1);
    expect(name(world)).toBe('reconnecting');
    expect(world.client.queuedCount).toBe(1);
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.client.queuedCount).toBe(0);
    expect(world.server.get(1).log).toHaveLength(1);
  });

  it('is found dead by typing, without a send', async () => {
    const world = await liveWorld();
    await world.clock.advance(PROBE_QUIET_MS);
    world.client.retryNow();
    await world.clock.advance(ANSWER_MAX_MS);
    expect(name(world)).toBe('reconnecting');
  });

  it('is found dead when the machine wakes', async () => {
    const world = await liveWorld();
    world.client.retryNow();
    await world.clock.advance(ANSWER_MAX_MS);
    expect(name(world)).toBe('live');
    world.client.retryNow(true);
    await world.clock.advance(ANSWER_MAX_MS);
    expect(name(world)).toBe('reconnecting');
  });
});

import type { MessageEvent } from '@banter/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld, mirror, shownIn, shownLog, type World } from '../test/world.ts';

/** One thing that can happen next. */
type Step =
  | { do: 'send'; room: number }
  | { do: 'post'; room: number }
  | { do: 'lose'; room: number }
  | { do: 'ping' }
  | { do: 'join'; room: number }
  | { do: 'refuse'; code: 'rate_limited' | 'unavailable' | 'overloaded' }
  | { do: 'read'; count: number }
  | { do: 'deliver'; count: number }
  | { do: 'cut' }
  | { do: 'accept' }
  | { do: 'wait'; ms: number }
  | { do: 'older'; room: number }
  | { do: 'order'; answersFirst: boolean };

const room = fc.integer({ min: 1, max: 2 });
const count = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), room }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('post' as const), room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const), room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ping' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('join' as const), room }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refuse' as const),
      code: fc.constantFrom('rate_limited', 'unavailable', 'overloaded'),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('read' as const), count }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('deliver' as const), count }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('accept' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('older' as const), room }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('order' as const), answersFirst: fc.boolean() }) },
);

describe('any interleaving of sends, answers, events, rejections, cuts and redials', () => {
  it('[S2] [S3] [S4] [O2] [R1] ends with every message shown once, in order, and every send stored once', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 90, size: 'max' }), play), {
      numRuns: 150,
      interruptAfterTimeLimit: 15_000,
    });
  });
});

async function play(steps: Step[]): Promise<void> {
  const world = createWorld();
  const { client, server } = world;
  server.addRoom(2, 'harbour');
  server.post(1, 'old');
  await client.login({ login: 'juno', password: 'correct horse' });
  client.start();
  await world.clock.advance(0);
  const timelines = [1, 2].map((roomId) => client.timeline(roomId));
  const mirrors = timelines.map(mirror);
  const sent = new Map<number, string[]>([1, 2].map((roomId) => [roomId, []]));

  for (const [index, each] of steps.entries()) {
    await perform(world, each, index, sent);
    timelines.forEach((timeline, place) => {
      const rows = mirrors[place]?.() ?? [];
      expect(
        rows.length === timeline.entries.length && rows.every((row, at) => row === timeline.entries[at]),
      ).toBe(true);
      expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
    });
  }

  await calmDown(world);
  for (const [place, timeline] of timelines.entries()) {
    const { log } = server.get(timeline.roomId);
    await timeline.load();
    expect(shownIn(timeline).filter((row) => !row.startsWith('-'))).toEqual(
      shownLog(log).filter((row) => !row.startsWith('-')),
    );
    expect(mirrors[place]?.()).toEqual(timeline.entries);
    const own = log.filter((event): event is MessageEvent => event.type === 'message' && event.userId === 1);
    expect(own.map((event) => event.content)).toEqual(sent.get(timeline.roomId));
    const others = log.filter((event) => event.type === 'message' && event.userId !== 1);
    expect(client.rooms.find((each) => each.id === timeline.roomId)?.unread).toBe(others.length);
  }
  expect(client.queuedCount).toBe(0);
}

async function perform(
  { client, server, clock }: World,
  each: Step,
  index: number,
  sent: Map<number, string[]>,
): Promise<void> {
  const socket = server.sockets.at(-1);
  switch (each.do) {
    case 'send':
      client.send(each.room, `mine ${index}`);
      sent.get(each.room)?.push(`mine ${index}`);
      break;
    case 'post':
      server.post(each.room, `theirs ${index}`);
      break;
    case 'lose':
      server.store(each.room, {
        type: 'message',
        userId: 2,
        username: 'mira',
        content: `lost ${index}`,
        id: `lost-${index}`,
      });
      break;
    case 'ping':
      if (socket?.isOpen) server.ping(socket);
      break;
    case 'join':
      server.publish(each.room, { type: 'join', userId: 3, username: 'hal' });
      break;
    case 'refuse':
      server.rejections.push(each.code);
      break;
    case 'read':
      if (socket) server.read(socket, each.count);
      break;
    case 'deliver':
      socket?.deliver(each.count);
      break;
    case 'cut':
      socket?.cut();
      break;
    case 'accept':
      if (socket && !socket.isOpen) socket.accept();
      break;
    case 'order':
      server.answersFirst = each.answersFirst;
      break;
    case 'older':
      await client.timeline(each.room).loadOlder();
      break;
    case 'wait':
      await clock.advance(each.ms);
  }
  await clock.advance(0);
}

/** Lets the network work until nothing is under way. */
async function calmDown({ client, server, clock, flush }: World): Promise<void> {
  server.rejections.length = 0;
  for (let round = 0; round < 60; round++) {
    const { socket } = server;
    if (!socket.isOpen && client.connection.name === 'connecting') socket.accept();
    await flush();
    if (socket.isOpen) server.ping(socket);
    await flush();
    if (client.connection.name === 'live' && client.queuedCount === 0) return;
    await clock.advance(1_000);
  }
}

import { describe, expect, test } from 'vitest';
import { createHubWorld, follow, message, ROOM, settle, subscribe, wordsOf } from '../../test/harness/hub.ts';

describe('publish', () => {
  test('[O2] delivers events in seq order', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    world.hub.publish([message(ROOM, 1), message(ROOM, 2)]);
    world.hub.publish([message(ROOM, 3)]);
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3']);
  });

  test('[O2] drops repeated events', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    world.hub.publish([message(ROOM, 1), message(ROOM, 1), message(ROOM, 2)]);
    await settle();
    world.hub.publish([message(ROOM, 2), message(ROOM, 1)]);
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2']);
    expect(world.reads).toEqual([]);
  });

  test('[O1] reads a gap from the store once, and continues with the events that were published meanwhile', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    world.log = [1, 2, 3, 4, 5].map((seq) => message(ROOM, seq));
    world.hub.publish([message(ROOM, 3)]);
    world.hub.publish([message(ROOM, 5)]);
    expect(world.reads).toMatchObject([{ roomId: ROOM, after: 0 }]);
    await settle();
    expect(wordsOf(link)).toEqual([]);
    world.reads[0]?.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
    expect(world.reads).toHaveLength(1);
  });

  test('[O1] reads on if one page does not fill the gap', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    world.log = [1, 2].map((seq) => message(ROOM, seq));
    world.hub.publish([message(ROOM, 4)]);
    world.reads[0]?.answer();
    await settle();
    world.log.push(message(ROOM, 3), message(ROOM, 4));
    world.reads[1]?.answer();
    await settle();
    expect(world.reads.map(({ after }) => after)).toEqual([0, 2]);
    expect(wordsOf(link)).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  test('[O1] never skips a hole that the store has too, and does not read it again and again', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    world.log = [1, 3].map((seq) => message(ROOM, seq));
    world.hub.publish([message(ROOM, 3)]);
    for (let turn = 0; turn < 5; turn++) {
      for (const read of world.reads) read.answer();
      await settle();
    }
    expect(world.reads.map(({ after }) => after)).toEqual([0, 1]);
    expect(wordsOf(link)).toEqual(['m1']);
  });

  test('[O1] [S6] reports a failed read, and retries until it succeeds', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    world.log = [1, 2].map((seq) => message(ROOM, seq));
    world.hub.publish([message(ROOM, 2)]);
    world.reads[0]?.fail(new Error('the store is down'));
    await settle();
    expect(world.problems).toEqual([new Error('the store is down')]);
    world.clock.advance(250);
    await settle();
    world.reads[1]?.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2']);
  });

  test('[O1] a refresh during a refresh reads again, because nobody else reports the events in between', async () => {
    const world = createHubWorld();
    const { link } = await follow(world);
    for (const seq of [1, 2]) {
      world.log.push(message(ROOM, seq));
      world.hub.refresh(ROOM);
    }
    expect(world.reads).toHaveLength(1);
    world.reads.shift()?.answer(true);
    await settle();
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    expect(wordsOf(link)).toEqual(['m1', 'm2']);
    expect(world.reads).toEqual([]);
  });

  test('ignores a room that nobody follows', async () => {
    const world = createHubWorld();
    world.hub.publish([message(ROOM, 9)]);
    await settle();
    expect(world.reads).toEqual([]);
  });

  test('frames a batch once for each kind of link, whose connections share the buffer', async () => {
    const world = createHubWorld();
    let framed = 0;
    const wire = (lines: string) => {
      framed++;
      return Buffer.from(lines);
    };
    const links = [2, 3, 4].map((userId) => world.connect(userId, wire));
    const other = world.connect(5, (lines) => Buffer.from(`${lines}!`));
    for (const { connection } of [...links, other]) subscribe(world, connection, 0);
    world.reads[0]?.answer();
    await settle();
    framed = 0;
    for (const { link } of [...links, other]) link.writes.length = 0;
    world.hub.publish([message(ROOM, 1), message(ROOM, 2)]);
    await settle();
    const [first, ...rest] = links.map(({ link }) => link.writes.flat()[0]);
    expect(framed).toBe(1);
    for (const frame of rest) expect(frame).toBe(first);
    expect(other.link.writes.flat()[0]?.toString()).toBe(`${first}!`);
  });

  test('writes once per connection and flush, for several rooms and answers', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    world.hub.subscribe(connection, 2, { after: 0, joinedSeq: 0 });
    for (const read of world.reads.splice(0)) read.answer();
    await settle();
    link.writes.length = 0;
    world.hub.publish([message(ROOM, 1)]);
    world.hub.send(connection, { type: 'ok', id: 'abcdefgh' });
    world.hub.publish([message(2, 1), message(ROOM, 2)]);
    world.hub.send(connection, { type: 'ok', id: 'ijklmnop' });
    await settle();
    expect(link.writes).toHaveLength(1);
    expect(wordsOf(link)).toEqual(['ok', 'ok', 'm1', 'm2', 'm1']);
  });
});

describe('a connection', () => {
  test('that closes leaves no subscription, frame or room', async () => {
    const world = createHubWorld();
    const { connection, link } = await follow(world);
    world.hub.publish([message(ROOM, 1)]);
    world.hub.close(connection);
    world.hub.close(connection);
    await settle();
    expect(link.writes).toEqual([]);
    expect(connection.subscriptions.size).toBe(0);
    expect(world.hub.connectionsOf(2, null)).toEqual([]);
    // A new room accepts any seq as its first. The old one would see a gap, and read.
    world.hub.publish([message(ROOM, 9)]);
    await settle();
    expect(world.reads).toEqual([]);
  });

  test('[T3] of a token for one room gets nothing about another room, or about no room', () => {
    const world = createHubWorld();
    const { connection: unbound } = world.connect(2);
    const { link } = world.connect(3);
    const identity = { userId: 2, username: 'user2', sessionId: 99, onlyRoomId: 7 };
    const bound = world.hub.open(link, identity);
    expect(world.hub.connectionsOf(2, 7)).toEqual([unbound, bound]);
    expect(world.hub.connectionsOf(2, 8)).toEqual([unbound]);
    expect(world.hub.connectionsOf(2, null)).toEqual([unbound]);
  });

  test('that closes during a read gets no events of it', async () => {
    const world = createHubWorld();
    world.log = [message(ROOM, 1)];
    const { connection, link } = world.connect(2);
    subscribe(world, connection, 0);
    world.hub.close(connection);
    world.reads[0]?.answer();
    await settle();
    expect(link.writes).toEqual([]);
  });

  test('is reported once when it opens and once when it closes', () => {
    const world = createHubWorld();
    const [one, two] = [world.connect(2), world.connect(2)];
    expect(world.hub.connectionsOf(2, null)).toEqual([one.connection, two.connection]);
    world.hub.close(one.connection);
    world.hub.close(two.connection);
    world.hub.close(two.connection);
    expect(world.presence).toEqual([
      [2, true],
      [2, true],
      [2, false],
      [2, false],
    ]);
    expect(world.hub.connectionsOf(2, null)).toEqual([]);
  });

  test('[A4] is closed when its session ends, and no other', () => {
    const world = createHubWorld();
    const [one, two] = [world.connect(2), world.connect(2)];
    world.hub.endSessions([one.connection.sessionId]);
    expect(one.link.closes).toEqual([['session_ended', undefined]]);
    expect(two.link.closes).toEqual([]);
  });

  test('[R3] gets each head of its rooms once', async () => {
    const world = createHubWorld();
    const { connection } = await follow(world, 2, 4);
    expect(world.hub.collectNewHeads(connection)).toEqual({ [ROOM]: 4 });
    expect(world.hub.collectNewHeads(connection)).toBeNull();
    world.hub.publish([message(ROOM, 5)]);
    expect(world.hub.collectNewHeads(connection)).toEqual({ [ROOM]: 5 });
  });
});

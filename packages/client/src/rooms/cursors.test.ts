import { describe, expect, it } from 'vitest';
import { deliver, messageEvent, openRoom, subscribedAfter } from '../../test/scene.ts';

describe('events', () => {
  it('[O2] [R1] are shown once, whatever is said twice', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(1), messageEvent(2));
    deliver(world, messageEvent(2), messageEvent(1), messageEvent(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3']);
    expect(subscribedAfter(world)).toEqual([]);
  });

  it('[R1] wait behind a gap, which is asked for once, from the last one applied', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(1), messageEvent(4), messageEvent(5));
    expect(world.shown()).toEqual(['live 1']);
    expect(subscribedAfter(world)).toEqual([1]);
    deliver(world, messageEvent(2), messageEvent(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3', 'live 4', 'live 5']);
  });

  it('[R1] are asked for again when the room went on beyond what was replayed', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(1), messageEvent(4));
    deliver(world, messageEvent(2), { type: 'live', roomId: 1, head: 4 });
    expect(subscribedAfter(world)).toEqual([1, 2]);
    deliver(world, { type: 'live', roomId: 1, head: 4 });
    expect(subscribedAfter(world)).toEqual([1, 2]);
  });

  it('[R3] are asked for when a ping tells of a head that was never reached', async () => {
    const world = await openRoom();
    world.server.store(1, {
      type: 'message',
      userId: 2,
      username: 'mira',
      content: 'lost',
      id: 'lost-message',
    });
    world.server.ping(world.server.socket);
    await world.flush();
    expect(world.shown()).toEqual(['lost']);
    world.server.ping(world.server.socket);
    world.server.socket.deliver();
    expect(subscribedAfter(world)).toEqual([undefined]);
  });

  it('are asked for again after a refusal that may pass', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(2));
    const [subscribe] = world.server.socket.toServer.splice(0);
    const id = subscribe?.op === 'subscribe' ? subscribe.id : '';
    deliver(world, { type: 'error', id, code: 'unavailable', message: 'no store', retryAfterMs: 3_000 });
    await world.clock.advance(2_999);
    expect(subscribedAfter(world)).toEqual([]);
    await world.clock.advance(1);
    expect(subscribedAfter(world)).toEqual([0]);
  });

  it('[R1] are asked for again on a fresh line when the old one was cut before they came', async () => {
    const world = await openRoom();
    world.server.store(1, {
      type: 'message',
      userId: 2,
      username: 'mira',
      content: 'lost',
      id: 'lost-message',
    });
    world.server.post(1, 'beyond');
    world.server.socket.deliver();
    expect(subscribedAfter(world)).toEqual([0]);
    world.server.socket.cut();
    await world.waitForRedial();
    await world.acceptAndGoLive();
    expect(world.shown()).toEqual(['lost', 'beyond']);
    deliver(world, messageEvent(4));
    expect(subscribedAfter(world)).toEqual([2]);
  });

  it('end with the room when following it is refused for good', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(2));
    const [subscribe] = world.server.socket.toServer.splice(0);
    const id = subscribe?.op === 'subscribe' ? subscribe.id : '';
    deliver(world, { type: 'error', id, code: 'not_member', message: 'no' });
    expect(world.client.rooms).toEqual([]);
  });
});

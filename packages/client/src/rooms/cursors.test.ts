import { describe, expect, it } from 'vitest';
import { deliver, messageEvent, openRoom, subscribedAfter } from '../../test/scene.ts';

describe('events', () => {
  it('[O2] [R1] are shown once, even if they arrive twice', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(1), messageEvent(2));
    deliver(world, messageEvent(2), messageEvent(1), messageEvent(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3']);
    expect(subscribedAfter(world)).toEqual([]);
  });

  it('[R1] above a gap wait, and the gap is requested once, from the last applied event', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(1), messageEvent(4), messageEvent(5));
    expect(world.shown()).toEqual(['live 1']);
    expect(subscribedAfter(world)).toEqual([1]);
    deliver(world, messageEvent(2), messageEvent(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3', 'live 4', 'live 5']);
  });

  it('[R1] are requested again if the room advanced during a replay', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(1), messageEvent(4));
    deliver(world, messageEvent(2), { type: 'live', roomId: 1, head: 4 });
    expect(subscribedAfter(world)).toEqual([1, 2]);
    deliver(world, { type: 'live', roomId: 1, head: 4 });
    expect(subscribedAfter(world)).toEqual([1, 2]);
  });

  it('[R3] are requested if a ping contains a head above the cursor', async () => {
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

  it('are requested again after a retryable rejection', async () => {
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

  it('[R1] are requested again on a new link if the old one was cut before the replay', async () => {
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

  it('end with the room if a subscription is rejected for good', async () => {
    const world = await openRoom();
    deliver(world, messageEvent(2));
    const [subscribe] = world.server.socket.toServer.splice(0);
    const id = subscribe?.op === 'subscribe' ? subscribe.id : '';
    deliver(world, { type: 'error', id, code: 'not_member', message: 'no' });
    expect(world.client.rooms).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { hear, scene, seqsAsked, told } from '../../test/scene.ts';

describe('events', () => {
  it('[O2] [R1] are shown once, whatever is said twice', async () => {
    const world = await scene();
    hear(world, told(1), told(2));
    hear(world, told(2), told(1), told(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3']);
    expect(seqsAsked(world)).toEqual([]);
  });

  it('[R1] wait behind a gap, which is asked for once, from the last one applied', async () => {
    const world = await scene();
    hear(world, told(1), told(4), told(5));
    expect(world.shown()).toEqual(['live 1']);
    expect(seqsAsked(world)).toEqual([1]);
    hear(world, told(2), told(3));
    expect(world.shown()).toEqual(['live 1', 'live 2', 'live 3', 'live 4', 'live 5']);
  });

  it('[R1] are asked for again when the room went on beyond what was replayed', async () => {
    const world = await scene();
    hear(world, told(1), told(4));
    hear(world, told(2), { type: 'live', roomId: 1, head: 4 });
    expect(seqsAsked(world)).toEqual([1, 2]);
    hear(world, { type: 'live', roomId: 1, head: 4 });
    expect(seqsAsked(world)).toEqual([1, 2]);
  });

  it('[R3] are asked for when a ping tells of a head that was never reached', async () => {
    const world = await scene();
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
    expect(seqsAsked(world)).toEqual([undefined]);
  });

  it('are asked for again after a refusal that may pass', async () => {
    const world = await scene();
    hear(world, told(2));
    const [subscribe] = world.server.socket.toServer.splice(0);
    const id = subscribe?.op === 'subscribe' ? subscribe.id : '';
    hear(world, { type: 'error', id, code: 'unavailable', message: 'no store', retryAfterMs: 3_000 });
    await world.clock.advance(2_999);
    expect(seqsAsked(world)).toEqual([]);
    await world.clock.advance(1);
    expect(seqsAsked(world)).toEqual([0]);
  });

  it('[R1] are asked for again on a fresh line when the old one was cut before they came', async () => {
    const world = await scene();
    world.server.store(1, {
      type: 'message',
      userId: 2,
      username: 'mira',
      content: 'lost',
      id: 'lost-message',
    });
    world.server.post(1, 'beyond');
    world.server.socket.deliver();
    expect(seqsAsked(world)).toEqual([0]);
    world.server.socket.cut();
    await world.redial();
    await world.comeBack();
    expect(world.shown()).toEqual(['lost', 'beyond']);
    hear(world, told(4));
    expect(seqsAsked(world)).toEqual([2]);
  });

  it('end with the room when following it is refused for good', async () => {
    const world = await scene();
    hear(world, told(2));
    const [subscribe] = world.server.socket.toServer.splice(0);
    const id = subscribe?.op === 'subscribe' ? subscribe.id : '';
    hear(world, { type: 'error', id, code: 'not_member', message: 'no' });
    expect(world.client.rooms).toEqual([]);
  });
});

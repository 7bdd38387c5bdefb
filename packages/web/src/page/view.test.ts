import type { Room } from '@banter/protocol';
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { room } from '../../test/rooms.ts';
import type { ClientState } from './client-state.ts';
import { createView } from './view.ts';

/** A view over rooms that the test changes. `stored` is the id that an earlier visit left. */
function setUp(stored: number, ...ids: number[]) {
  const rooms = signal<Room[]>(ids.map((id) => room(id, `room-${id}`)));
  const clientState = { rooms: () => rooms.value } as unknown as ClientState;
  const kept = new Map([['banter.room', String(stored)]]);
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const view = createView(clientState, storage);
  const lose = (id: number) => {
    rooms.value = rooms.value.filter((each) => each.id !== id);
  };
  const gain = (id: number) => {
    rooms.value = [...rooms.value, room(id, `room-${id}`)];
  };
  return { view, lose, gain, shown: () => [view.roomId.value, view.isLost.value] };
}

describe('the open room', () => {
  it('is the one of the last visit, or else the first one', () => {
    expect(setUp(2, 1, 2).shown()).toEqual([2, false]);
    expect(setUp(9, 1, 2).shown()).toEqual([1, false]);
    expect(setUp(9).shown()).toEqual([0, false]);
  });

  it('stays open when the person is no longer in it, until they close it', () => {
    const { view, lose, shown } = setUp(2, 1, 2, 3);
    expect(shown()).toEqual([2, false]);
    lose(2);
    expect(shown()).toEqual([2, true]);
    expect(view.room.value).toMatchObject({ name: 'room-2', joined: false, unread: 0 });
    expect(view.room.value).not.toHaveProperty('role');
    view.closeRoom(1);
    expect(shown()).toEqual([2, true]);
    view.closeRoom(2);
    expect(shown()).toEqual([1, false]);
  });

  it('lives again when the person is back in it', () => {
    const { lose, gain, shown } = setUp(2, 1, 2);
    shown();
    lose(2);
    shown();
    gain(2);
    expect(shown()).toEqual([2, false]);
  });

  it('stays open even when it was only the first one, and the only one', () => {
    const { view, lose, gain, shown } = setUp(9, 1, 2);
    shown();
    view.keepRoom();
    lose(1);
    expect(shown()).toEqual([1, true]);
    gain(9);
    lose(2);
    expect(shown()).toEqual([1, true]);
    view.closeRoom(1);
    expect(shown()).toEqual([9, false]);
  });

  it('is another one once the person opens that', () => {
    const { view, lose, shown } = setUp(1, 1, 2);
    shown();
    lose(1);
    view.openRoom(2);
    expect(shown()).toEqual([2, false]);
  });
});

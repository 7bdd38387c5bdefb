import type { Client, ClientChange } from '@banter/client';
import type { Room } from '@banter/protocol';
import { effect } from '@preact/signals';
import { expect, it } from 'vitest';
import { createClientState } from './client-state.ts';

type Scene = { change(kind: 'rooms' | 'people'): void; setRooms(...ids: number[]): void; drawFrame(): void };

function createScene(): Scene & { state: ReturnType<typeof createClientState> } {
  let listener: (change: ClientChange) => void = () => undefined;
  let tasks: (() => void)[] = [];
  const client = {
    connection: { name: 'live' },
    rooms: [] as Pick<Room, 'id' | 'kind'>[],
    people: () => [],
    onChange(next: typeof listener) {
      listener = next;
      return () => undefined;
    },
  };
  const state = createClientState(client as unknown as Client, {
    nowMs: () => 0,
    onNextFrame: (task) => tasks.push(task),
  });
  return {
    state,
    change: (kind) => listener({ kind } as ClientChange),
    setRooms(...ids) {
      client.rooms = ids.map((id) => ({ id, kind: 'open' }));
    },
    drawFrame() {
      for (const task of tasks) task();
      tasks = [];
    },
  };
}

it('many changes of the client redraw once, with the next frame', () => {
  const { state, change, drawFrame } = createScene();
  let draws = 0;
  effect(() => {
    state.people(1);
    state.rooms();
    draws++;
  });
  for (let index = 0; index < 500; index++) change(index % 2 === 0 ? 'rooms' : 'people');
  expect(draws).toBe(1);
  drawFrame();
  expect(draws).toBe(2);
  drawFrame();
  expect(draws).toBe(2);
});

it('a room that comes or goes is seen at once', () => {
  const { state, change, setRooms, drawFrame } = createScene();
  let seen: number[] = [];
  effect(() => {
    seen = state.rooms().map(({ id }) => id);
  });
  setRooms(1, 2);
  change('rooms');
  expect(seen).toEqual([1, 2]);
  setRooms(2);
  change('rooms');
  expect(seen).toEqual([2]);
  drawFrame();
  expect(seen).toEqual([2]);
});

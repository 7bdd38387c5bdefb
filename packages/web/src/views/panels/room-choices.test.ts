import type { Room } from '@banter/protocol';
import { describe, expect, it } from 'vitest';
import { roomChoices } from './room-choices.ts';

function room(name: string, more: Partial<Room> = {}): Room {
  return {
    id: 1,
    name,
    kind: 'open',
    topic: '',
    joined: false,
    head: 0,
    unread: 0,
    mentions: 0,
    members: 1,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

function show(filter: string, rooms: Room[]): string[] {
  return roomChoices(rooms, filter).map((choice) =>
    choice.kind === 'create' ? `create ${choice.name}` : `${choice.kind} ${choice.room.name}`,
  );
}

describe('room choices', () => {
  const rooms = [
    room('lobby', { joined: true, members: 9 }),
    room('tides', { members: 2 }),
    room('starlight', { members: 7 }),
  ];

  it('[C11] tell rooms with one name apart, the joined one first', () => {
    const twins = [room('tides', { id: 2 }), room('Tides', { id: 3, kind: 'closed', joined: true })];
    const names = roomChoices(twins, 'tides').map((choice) => choice.kind !== 'create' && choice.room);
    expect(names).toMatchObject([
      { id: 3, namesakeId: 2 },
      { id: 2, namesakeId: 3 },
    ]);
  });

  it('lists rooms to join first, the largest first', () => {
    expect(show('', rooms)).toEqual(['join starlight', 'join tides', 'open lobby']);
  });

  it('filters by name and topic, with or without #', () => {
    expect(show('#tid', rooms)).toEqual(['join tides', 'create tid']);
    expect(show('moon', [room('tides', { topic: 'Moon and sea' })])).toEqual(['join tides', 'create moon']);
  });

  it('leaves out direct rooms', () => {
    expect(show('', [room('', { kind: 'direct', joined: true, members: 3 }), ...rooms])).toEqual(
      show('', rooms),
    );
  });

  it('offers to create a room only for a free and valid name', () => {
    expect(show('Tides', rooms)).toEqual(['join tides']);
    expect(show('two words', rooms)).toEqual([]);
    expect(show('new-room', rooms)).toEqual(['create new-room']);
  });
});

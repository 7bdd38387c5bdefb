import { expect, test } from 'vitest';
import type { NewChange } from '../../store/append/appender.ts';
import { Lobby } from './lobby.ts';

const ANN = { id: 2, username: 'ann' };

/** A lobby on a store with these answers, in this order. Also returns the joins, and how often the store was asked. */
function lobbyOn(answers: { roomId: number | null; isSettled: boolean }[], name: string | null = 'lobby') {
  const changes: NewChange[] = [];
  let asked = 0;
  const lobby = new Lobby({
    rooms: {
      async findLobby() {
        asked += 1;
        return answers.shift() ?? { roomId: null, isSettled: false };
      },
    },
    appender: {
      async change(change) {
        changes.push(change);
        return { changed: false };
      },
    },
    name,
  });
  return { lobby, changes, asked: () => asked };
}

test('new people join the lobby, and the store is asked for it once', async () => {
  const { lobby, changes, asked } = lobbyOn([{ roomId: 7, isSettled: true }]);
  await lobby.welcome(ANN);
  await lobby.welcome(ANN);
  expect(changes).toEqual(Array(2).fill({ type: 'join', roomId: 7, actor: ANN }));
  expect(asked()).toBe(1);
});

test('the store is asked again until it is certain that there is no lobby', async () => {
  const none = { roomId: null, isSettled: false };
  const { lobby, changes, asked } = lobbyOn([none, none, { roomId: null, isSettled: true }]);
  for (let i = 0; i < 5; i++) await lobby.welcome(ANN);
  expect(changes).toEqual([]);
  expect(asked()).toBe(3);
});

test('a server without a lobby name has no lobby', async () => {
  const { lobby, changes, asked } = lobbyOn([], null);
  await lobby.welcome(ANN);
  expect([changes, asked()]).toEqual([[], 0]);
});

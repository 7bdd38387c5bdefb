/** How the lobby is found or created, on new and old servers. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const AT_ONCE = 20;

let testDatabase: TestDatabase;
let database: Database;
let store: Store;
let sql: Sql;
beforeEach(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, onProblem: () => {} });
  store = createStore(database);
  sql = await openSql(testDatabase.url);
});
afterEach(async () => {
  await database.close();
  await sql.close();
  await testDatabase.drop();
});

async function account(username: string, isAdmin: boolean): Promise<number> {
  const insert = `
    INSERT INTO accounts (username, password_hash, created_at, is_admin) VALUES ($1, '', now(), $2) RETURNING id`;
  return (await sql.row<{ id: number }>(insert, [username, isAdmin])).id;
}

async function room(name: string, ownerId: number): Promise<number> {
  return (await store.rooms.create({ name, kind: 'open', topic: '', ownerId }))?.id ?? 0;
}

it('is not created before there is an administrator', async () => {
  expect(await store.rooms.findLobby('lobby')).toEqual({ roomId: null, isSettled: false });
  await account('ann', false);
  expect(await store.rooms.findLobby('lobby')).toEqual({ roomId: null, isSettled: false });
});

it('is created once for concurrent callers, for the first administrator, and survives a rename', async () => {
  const root = await account('root', true);
  await account('later', true);
  const found = await Promise.all(Array.from({ length: AT_ONCE }, () => store.rooms.findLobby('Lobby')));
  const [{ roomId } = { roomId: null }] = found;
  expect(found).toEqual(Array(AT_ONCE).fill({ roomId, isSettled: true }));
  expect(await store.rooms.count()).toBe(1);
  expect(await store.rooms.find(roomId ?? 0, root)).toMatchObject({
    name: 'Lobby',
    kind: 'open',
    role: 'owner',
    members: 1,
  });
  await sql.rows("UPDATE rooms SET name = 'hall'");
  expect(await store.rooms.findLobby('other')).toEqual({ roomId, isSettled: true });
});

it('is not created on a server with rooms, and is no member’s room of that name', async () => {
  const root = await account('root', true);
  await room('harbour', root);
  await room('lobby', await account('ann', false));
  expect(await store.rooms.findLobby('lobby')).toEqual({ roomId: null, isSettled: true });
  expect(await store.rooms.count()).toBe(2);
});

it('is the open room of that name that an administrator owns', async () => {
  const root = await account('root', true);
  await room('harbour', root);
  const roomId = await room('LOBBY', root);
  expect(await store.rooms.findLobby('lobby')).toEqual({ roomId, isSettled: true });
});

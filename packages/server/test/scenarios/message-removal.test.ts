/** The messages of a deleted account: removed on request, in steps, also after a crash. */

import { setImmediate as turn } from 'node:timers/promises';
import type { MessagePage, Room, ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REMOVAL_PERIOD_MS } from '../../src/chat/people/account-removal.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { createAccountRemovalStore, REMOVAL_BATCH } from '../../src/store/upkeep/account-removals.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { codeOf } from '../harness/http.ts';
import { newId, type Person, person } from '../harness/people.ts';
import { deleteAccount, eventsOf, finishRemovals, tablesWith, whileClockMoves } from '../harness/removals.ts';
import { printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';

/** Words that occur nowhere else in the database. */
const SECRET = 'quetzal';
const KEPT = 'pangolin';
const ROUNDS = 10;

const clock = createManualClock(Date.now());
let app: TestApp;
let sql: Sql;
let ann: Person;
let bob: Person;
let count = 0;
beforeAll(async () => {
  app = await startApp({ clock });
  sql = await openSql(app.databaseUrl);
  // The first account is the administrator, who cannot delete it.
  await person(app, 'rosa');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});
beforeEach(async () => {
  count += 1;
  [ann, bob] = await Promise.all([person(app, `ann${count}`), person(app, `bob${count}`)]);
});

describe('its messages', () => {
  it('[U4] are removed on request from every table, answer and event; messages of others stay', async () => {
    const rooms = [await ann.opens(`one${count}`), await ann.opens(`two${count}`)];
    for (const room of rooms) await bob.joins(room);
    const left = await bob.opens(`left${count}`);
    await ann.joins(left);
    await ann.posts(left, `${SECRET} behind me`);
    await ann.leaves(left);
    const first = await ann.posts(rooms[0] as Room, `@${bob.user.username} ${SECRET}`);
    for (const room of rooms) {
      for (let i = 0; i < REMOVAL_BATCH + 3; i++) await ann.posts(room, `${SECRET} ${i}`);
      await bob.posts(room, KEPT);
    }
    await bob.asks('POST', `/v1/rooms/${first.roomId}/messages`, { content: 'so', replyTo: first.seq });
    await bob.asks('PUT', `/v1/rooms/${first.roomId}/messages/${first.seq}/reactions/%F0%9F%91%8D`);
    await sql.rows('SELECT search_index(ARRAY(SELECT id FROM rooms), 10000, 1000000)');
    expect(await tablesWith(sql, SECRET)).toEqual(expect.arrayContaining(['messages', 'search_entries']));
    const socket = await bob.connects([{ roomId: first.roomId }]);
    await deleteAccount(ann, 'remove');
    const isFirst = (event: ServerEvent) => event.type === 'delete' && event.target === first.seq;
    await whileClockMoves(clock, socket.first('a deletion', isFirst));
    socket.ws.terminate();
    await finishRemovals(clock, sql, 2);
    expect(await tablesWith(sql, SECRET)).toEqual([]);
    expect(await sql.rows('SELECT FROM account_removals')).toEqual([]);
    for (const room of [...rooms, left]) {
      const { messages } = (await bob.asks('GET', `/v1/rooms/${room.id}/messages?limit=200`))
        .body as MessagePage;
      const theirs = messages.filter(({ userId }) => userId === ann.user.id);
      expect(theirs.length).toBeGreaterThan(0);
      expect(theirs.every(({ content, deletedAt }) => content === undefined && deletedAt)).toBe(true);
      expect(JSON.stringify([messages, await eventsOf(app, bob, room)])).not.toContain(SECRET);
    }
    expect(await tablesWith(sql, KEPT)).toContain('messages');
    const reply = (await bob.reads(rooms[0] as Room)).messages.find(({ content }) => content === 'so');
    expect(reply?.quote).toBeUndefined();
  });

  it('[U4] continue to be removed after a crash, and the second pass removes late ones', async () => {
    const room = await bob.opens(`late${count}`);
    await ann.joins(room);
    for (let i = 0; i < 2 * REMOVAL_BATCH; i++) await ann.posts(room, `${SECRET} ${i}`);
    const database = openDatabase({ url: app.databaseUrl, onProblem: () => {} });
    const removals = createAccountRemovalStore(database);
    const [{ hash = '' } = {}] = await sql.rows<{ hash: string }>(
      'SELECT password_hash AS hash FROM accounts WHERE id = $1',
      [ann.user.id],
    );
    // Due after the server's current time, so the server does nothing: the test runs the steps of a server that crashes between them.
    const at = new Date(clock.wall() + 1_000);
    const deletion = { userId: ann.user.id, provedHash: hash, removesMessages: true, at };
    expect(await removals.delete(deletion)).toMatchObject({ outcome: 'done' });
    expect(await removals.step(at)).toEqual({ roomId: room.id });
    expect(await removals.step(at)).toEqual({ roomId: room.id });
    expect(await tablesWith(sql, SECRET)).toContain('messages');
    await sql.rows(
      `INSERT INTO messages (room_id, seq, account_id, id, content, digest, at, ordinal)
       VALUES ($1, 900, $2, '0-late', $3, '', now(), 900)`,
      [room.id, ann.user.id, SECRET],
    );
    await database.close();
    clock.advance(REMOVAL_PERIOD_MS);
    await finishRemovals(clock, sql);
    expect(await tablesWith(sql, SECRET)).toEqual(['messages']);
    await finishRemovals(clock, sql, 2);
    expect(await tablesWith(sql, SECRET)).toEqual([]);
  });

  it(`[U4] are removed even if they are in flight at the deletion, in ${ROUNDS} rounds`, async () => {
    const chance = printedChance('account removal');
    let stored = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const who = await person(app, `sender${round}-${count}`);
      const rooms = await Promise.all([1, 2, 3].map((i) => who.opens(`r${i}-${round}-${count}`)));
      for (const room of rooms) await bob.joins(room);
      const socket = await who.connects();
      const sending = Array.from({ length: 40 }, async (_, i) => {
        for (let turns = chance.whole(0, 40); turns > 0; turns--) await turn();
        const room = rooms[i % rooms.length] as Room;
        const content = `${SECRET} ${i}`;
        if (i % 2) socket.send({ op: 'send', id: newId(), roomId: room.id, content });
        else await who.asks('POST', `/v1/rooms/${room.id}/messages`, { content }).catch(() => {});
      });
      for (let turns = chance.whole(0, 200); turns > 0; turns--) await turn();
      expect(codeOf(await deleteAccount(who, 'remove'))).toBe('done');
      await Promise.all(sending);
      await socket.closed();
      const { messages = 0 } = await sql.row<{ messages: number }>(
        'SELECT count(*) AS messages FROM messages WHERE account_id = $1',
        [who.user.id],
      );
      stored += messages;
    }
    await finishRemovals(clock, sql, 2);
    expect(stored).toBeGreaterThan(0);
    expect(await tablesWith(sql, SECRET)).toEqual([]);
    expect(
      await sql.rows(
        "SELECT FROM memberships m JOIN accounts a ON a.id = m.account_id AND a.username LIKE '(deleted-%' JOIN rooms r ON r.id = m.room_id AND r.kind <> 'direct'",
      ),
    ).toEqual([]);
  });

  it('[U4] are removed together with the person’s reports of others', async () => {
    const room = await bob.opens(`reports-${count}`);
    await ann.joins(room);
    const { seq } = await bob.posts(room, 'something rude');
    const path = `/v1/rooms/${room.id}/messages/${seq}/report`;
    expect(codeOf(await ann.asks('POST', path, { reason: `it says ${SECRET}` }))).toBe('done');
    await deleteAccount(ann, 'remove');
    await finishRemovals(clock, sql);
    expect(await tablesWith(sql, SECRET)).toEqual([]);
  });

  it('[U4] stay on request', async () => {
    const room = await ann.opens(`kept${count}`);
    await bob.joins(room);
    await ann.posts(room, KEPT);
    await deleteAccount(ann, 'keep');
    await finishRemovals(clock, sql, 2);
    expect((await bob.reads(room)).messages).toMatchObject([{ content: KEPT }]);
  });
});

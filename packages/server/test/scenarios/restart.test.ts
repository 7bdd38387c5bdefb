/** Stopping, killing and restarting the server. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ask } from '../harness/http.ts';
import { type At, loggedIn, newId, type Person, people, person } from '../harness/people.ts';
import { runProgram } from '../harness/program.ts';
import { freePort, startServer, type TestServer } from '../harness/server.ts';
import { openSql, type Sql, storedEvents } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

/** Each test starts several programs from source. */
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let server: TestServer;
afterEach(() => server.close());

describe('SIGKILL under load', () => {
  it('[S1] [O1] leaves every acknowledged message stored once in a dense order, and the rest can be repeated', async () => {
    server = await startServer();
    const writers = await people(server, 4);
    const [owner] = writers;
    if (!owner) throw new Error('nobody is here');
    const room = await owner.opens('load');
    for (const writer of writers) {
      await writer.joins(room);
      await writer.connects([]);
    }
    const acked = new Map<string, number>();
    const open = new Map<string, { writer: Person; content: string }>();
    const flooding = writers.map((writer) => floodUntilCut(writer, room, acked, open));
    await until('the load is running', () => acked.size > 400);
    await server.kill();
    await Promise.all(flooding);
    await server.restart();

    const sql = await openSql(server.databaseUrl);
    await expectStored(sql, room, acked);
    for (const [id, { writer, content }] of open) {
      const { seq } = await writer.posts(room, content, id);
      acked.set(id, seq);
    }
    await expectStored(sql, room, acked);
    const messages = (await storedEvents(sql, room.id)).filter(({ kind }) => kind === 'message');
    expect(messages.length).toBe(acked.size);
    await sql.close();
  });
});

describe('the embedded PostgreSQL', () => {
  it('keeps everything over a stop and a SIGKILL, and rejects a second server on its folder', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'banter-restart-'));
    server = await startServer({ embedded: true, env: { DATA_DIR: dataDir } });
    const ann = await person(server, 'ann');
    const room = await ann.opens('lasting');
    await ann.posts(room, 'before the stop');
    const second = runProgram({ DATA_DIR: dataDir, PORT: String(await freePort()) });
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain(dataDir);

    expect(await server.stop()).toBe(0);
    await server.restart();
    await ann.posts(room, 'before the kill');
    await server.kill();
    await server.restart();
    const { messages } = await (await loggedIn(server, 'ann')).reads(room);
    expect(messages.map(({ content, seq }) => `${seq} ${content}`)).toEqual([
      '2 before the stop',
      '3 before the kill',
    ]);
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  });
});

describe('SIGTERM', () => {
  it('rejects new work, tells sockets to reconnect, acknowledges sends in flight, and exits with 0', async () => {
    server = await startServer();
    const ann = await person(server, 'ann');
    const room = await ann.opens('stopping');
    await ann.connects();
    const sql = await openSql(server.databaseUrl);
    await sql.rows('BEGIN');
    await sql.rows('SELECT 1 FROM rooms WHERE id = $1 FOR UPDATE', [room.id]);
    const replies = Array.from({ length: 50 }, (_, i) => ann.tries(room, `under way ${i}`));
    const outside = await openSql(server.databaseUrl);
    await until('the append waits', async () => {
      const waiting = "wait_event_type = 'Lock' AND query LIKE '%append_message%'";
      return (await outside.rows(`SELECT 1 FROM pg_stat_activity WHERE ${waiting}`)).length > 0;
    });
    await outside.close();

    const stopped = server.stop();
    await until('it is no longer ready', () =>
      ask(server, 'GET', '/v1/ready').then(
        ({ status }) => status !== 200,
        () => true,
      ),
    );
    expect(await ann.failsToSay(room, 'new work')).toMatchObject({ code: 'unavailable' });
    await sql.rows('COMMIT');
    expect(new Set((await Promise.all(replies)).map(({ type }) => type))).toEqual(new Set(['ok']));
    const { code } = await ann.socket.closed();
    expect(code).toBe(1001);
    expect(ann.socket.events.at(-1)).toMatchObject({
      type: 'bye',
      code: 1001,
      retryAfterMs: expect.any(Number),
    });
    expect(await stopped).toBe(0);
    await sql.close();
  });

  it('a second signal ends the process at once', async () => {
    server = await startServer();
    const ann = await person(server, 'ann');
    const room = await ann.opens('stopping');
    await ann.connects();
    const sql = await openSql(server.databaseUrl);
    await sql.rows('BEGIN');
    await sql.rows('SELECT 1 FROM rooms WHERE id = $1 FOR UPDATE', [room.id]);
    ann.socket.send({ op: 'send', id: newId(), roomId: room.id, content: 'held up' });
    let code: number | null = null;
    void server.stop().then((ended) => {
      code = ended;
    });
    await until('it is stopping', () => server.output().includes('"msg":"stopping"'));
    await until('a second signal is handled', () => {
      if (code === null) process.kill(server.pid, 'SIGTERM');
      return code !== null;
    });
    expect(code).toBe(1);
    expect(server.output()).not.toContain('"msg":"stopped"');
    await sql.close();
  });

  it('the same signal twice at the same moment, as a process group gets it, counts once', async () => {
    server = await startServer();
    const stopped = server.stop();
    process.kill(server.pid, 'SIGTERM');
    expect(await stopped).toBe(0);
  });
});

/** Keeps ten sends in flight until the connection is cut. */
async function floodUntilCut(
  writer: Person,
  room: At,
  acked: Map<string, number>,
  open: Map<string, { writer: Person; content: string }>,
): Promise<void> {
  const one = async () => {
    while (!writer.socket.closing) {
      const id = newId();
      const content = `from ${writer.user.username} ${id}`;
      open.set(id, { writer, content });
      const reply = await writer.tries(room, content, id).catch(() => null);
      if (reply?.type !== 'ok') return;
      acked.set(id, reply.seq ?? 0);
      open.delete(id);
    }
  };
  await Promise.all(Array.from({ length: 10 }, one));
}

/** Expects every acknowledged id at its seq, and the seqs to be dense. */
async function expectStored(sql: Sql, room: At, acked: ReadonlyMap<string, number>): Promise<void> {
  const stored = await storedEvents(sql, room.id);
  expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, i) => i + 1));
  const seqs = new Map(stored.map(({ id, seq }) => [id, seq]));
  expect([...acked].filter(([id, seq]) => seqs.get(id) !== seq)).toEqual([]);
}

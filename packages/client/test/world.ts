/** A client, a fake server and the network between them, all in the test's hands. */
import type { Command, RoomEvent } from '@banter/protocol';
import { expect } from 'vitest';
import { createClient } from '../src/client.ts';
import type { ClientOptions } from '../src/options.ts';
import type { Client, ClientChange } from '../src/types/client.ts';
import type { LogEntry, Timeline } from '../src/types/log.ts';
import { createFakeClock, type FakeClock, settled } from './fake-clock.ts';
import { createFakeServer, type FakeServer } from './fake-server.ts';

export const BASE_URL = 'http://chat.test';
export const AT = '2026-01-01T12:00:00.000Z';

export type World = {
  client: Client;
  clock: FakeClock;
  server: FakeServer;
  changes: ClientChange[];
  /** Moves everything that is under way, in both directions, until nothing is. */
  flush(): Promise<void>;
  /** Signs in, starts, and flushes until the client is live. */
  goLive(): Promise<void>;
  /** Waits out the backoff, until the client dials again. */
  redial(): Promise<void>;
  /** Accepts the newest dial and goes live on it. */
  comeBack(): Promise<void>;
};

type WorldOptions = Partial<ClientOptions> & { server?: FakeServer };

/** A world with room 1, `tides`. */
export function createWorld(options: WorldOptions = {}): World {
  const clock = createFakeClock();
  const server = options.server ?? createFakeServer();
  if (!options.server) server.addRoom(1, 'tides');
  let ids = 0;
  const client = createClient({
    baseUrl: BASE_URL,
    WebSocket: server.WebSocket,
    fetch: server.http.fetch,
    clock,
    timestamp: () => AT,
    random: () => 0.5,
    newId: () => `command-${++ids}`,
    ...options,
  });
  const changes: ClientChange[] = [];
  client.onChange((change) => changes.push(change));

  async function flush(): Promise<void> {
    do {
      await settled();
      for (const socket of server.sockets) {
        server.read(socket);
        socket.deliver();
      }
      await settled();
    } while (server.sockets.some((socket) => socket.toServer.length + socket.toClient.length > 0));
  }

  async function comeBack(): Promise<void> {
    await settled();
    server.socket.accept();
    await flush();
    expect(client.connection).toEqual({ name: 'live' });
  }

  return {
    client,
    clock,
    server,
    changes,
    flush,
    comeBack,
    async redial() {
      const { connection } = client;
      await clock.advance(connection.name === 'reconnecting' ? connection.inMs : 0);
    },
    async goLive() {
      await client.login({ login: 'juno', password: 'correct horse' });
      client.start();
      await comeBack();
    },
  };
}

/** The same with a client that is live. `prepare` puts there what is to be there before. */
export async function liveWorld(options: WorldOptions = {}, prepare = (_world: World) => {}): Promise<World> {
  const world = createWorld(options);
  prepare(world);
  await world.goLive();
  return world;
}

/** What the client has said on its line and the server has not read yet. */
export function opsOn({ server }: World): Command['op'][] {
  return server.socket.toServer.map((command) => command.op);
}

/** The rows in a form that is short to compare: content of messages, `…content` while pending, `-type` of notices. */
export function shownIn(timeline: Timeline): string[] {
  return timeline.entries.map(shownRow);
}

/** What a room's log should show once everything is loaded. */
export function shownLog(log: readonly RoomEvent[]): string[] {
  return log.map((event) => (event.type === 'message' ? (event.content ?? '') : `-${event.type}`));
}

/** One row in that form. */
export function shownRow(row: LogEntry): string {
  if (row.kind === 'message') return row.message.content ?? '';
  if (row.kind === 'notice') return `-${row.event.type}`;
  return row.kind === 'pending' ? `${row.status === 'failed' ? '!' : '…'}${row.content}` : '?';
}

/** A list that knows a timeline only by its patches, as a user interface does. */
export function mirror(timeline: Timeline): () => LogEntry[] {
  let rows = [...timeline.entries];
  timeline.onPatch((patch) => {
    if (patch.type === 'all') rows = [...timeline.entries];
    else if (patch.type === 'append') rows.push(...patch.entries);
    else if (patch.type === 'prepend') rows.unshift(...patch.entries);
    else {
      const index = rows.findIndex((row) => row.key === patch.key);
      expect(index, `a row with key ${patch.key}`).toBeGreaterThanOrEqual(0);
      rows.splice(index, 1, ...(patch.type === 'replace' ? [patch.entry] : []));
    }
  });
  return () => rows;
}

/** A client, a fake server, and the network between them, all controlled by the test. */
import type { Command, RoomEvent } from '@banter/protocol';
import { expect } from 'vitest';
import { createClient } from '../src/client.ts';
import type { ClientOptions } from '../src/options.ts';
import type { Client, ClientChange } from '../src/types/client.ts';
import type { LogEntry, Timeline } from '../src/types/log.ts';
import { FakeClock, settled } from './fake-clock.ts';
import { FakeServer } from './fake-server.ts';

/** The server's URL. */
export const BASE_URL = 'http://chat.test';
/** The client's wall clock. */
export const CLIENT_AT = '2026-01-01T12:00:00.000Z';

/** Everything that a test controls. */
export type World = {
  client: Client;
  clock: FakeClock;
  server: FakeServer;
  /** All changes that the client has reported. */
  changes: ClientChange[];
  /** Delivers everything that is under way, in both directions, until nothing is. */
  flush(): Promise<void>;
  /** Signs in, starts, and flushes until the client is live. */
  goLive(): Promise<void>;
  /** Advances the clock until the client dials again. */
  waitForRedial(): Promise<void>;
  /** Accepts the newest dial and flushes until the client is live. */
  acceptAndGoLive(): Promise<void>;
};

type WorldOptions = Partial<ClientOptions> & { server?: FakeServer };

/** Creates a world with room 1, `tides`. */
export function createWorld(options: WorldOptions = {}): World {
  const clock = new FakeClock();
  const server = options.server ?? new FakeServer();
  if (!options.server) server.addRoom(1, 'tides');
  let ids = 0;
  const client = createClient({
    baseUrl: BASE_URL,
    WebSocket: server.WebSocket,
    fetch: server.http.fetch,
    clock,
    timestamp: () => CLIENT_AT,
    random: () => 0.5,
    newId: () => `command-${++ids}`,
    ...options,
  });
  const changes: ClientChange[] = [];
  client.onChange((change) => changes.push(change));
  const flush = () => flushSockets(server);

  async function acceptAndGoLive(): Promise<void> {
    await settled();
    server.socket.accept();
    await flush();
    expect(client.connection).toEqual({ name: 'live' });
  }

  async function goLive(): Promise<void> {
    await client.login({ login: 'juno', password: 'correct horse' });
    client.start();
    await acceptAndGoLive();
  }

  async function waitForRedial(): Promise<void> {
    const { connection } = client;
    await clock.advance(connection.name === 'reconnecting' ? connection.inMs : 0);
  }

  return { client, clock, server, changes, flush, goLive, waitForRedial, acceptAndGoLive };
}

/** Creates a world whose client is live. `prepare` runs before it signs in. */
export async function liveWorld(options: WorldOptions = {}, prepare = (_world: World) => {}): Promise<World> {
  const world = createWorld(options);
  prepare(world);
  await world.goLive();
  return world;
}

async function flushSockets(server: FakeServer): Promise<void> {
  do {
    await settled();
    for (const socket of server.sockets) {
      server.read(socket);
      socket.deliver();
    }
    await settled();
  } while (server.sockets.some((socket) => socket.toServer.length + socket.toClient.length > 0));
}

/** Returns the commands that the server has not read yet. */
export function opsOn({ server }: World): Command['op'][] {
  return server.socket.toServer.map((command) => command.op);
}

/** Returns the rows of a timeline in a short form: see shownRow. */
export function shownIn(timeline: Timeline): string[] {
  return timeline.entries.map(shownRow);
}

/** Returns a room's whole log in that form. */
export function shownLog(log: readonly RoomEvent[]): string[] {
  return log.map((event) => (event.type === 'message' ? (event.content ?? '') : `-${event.type}`));
}

/** Returns a row in a short form: the content of a message, `…content` pending, `!content` failed, `-type`, `?` for a hole. */
export function shownRow(row: LogEntry): string {
  if (row.kind === 'message') return row.message.content ?? '';
  if (row.kind === 'notice') return `-${row.event.type}`;
  return row.kind === 'pending' ? `${row.status === 'failed' ? '!' : '…'}${row.content}` : '?';
}

/** Follows a timeline by its patches alone, as a user interface does. Returns a function that returns the rows. */
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

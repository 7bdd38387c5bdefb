import { CLOSES } from '@banter/protocol';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { FakeClock } from '../test/fake-clock.ts';
import { FakeServer } from '../test/fake-server.ts';
import { type Loopback, listen } from '../test/loopback.ts';
import { shownIn } from '../test/world.ts';
import { BACKOFF_MIN_MS } from './backoff.ts';
import { createClient } from './client.ts';
import type { Client } from './types/client.ts';
import { ANSWER_MAX_MS } from './wire/answer-watch.ts';

const BOUND = { timeout: 10_000, interval: 10 };

let server: FakeServer;
let loopback: Loopback;
let client: Client;

beforeEach(async () => {
  server = new FakeServer();
  server.addRoom(1, 'tides');
  loopback = await listen(server);
  client = createClient({ baseUrl: loopback.baseUrl, WebSocket, refresh: 'body', random: () => 0 });
  await client.login({ login: 'juno', password: 'correct horse' });
  client.start();
  await vi.waitFor(() => expect(client.connection.name).toBe('live'), BOUND);
});

afterEach(async () => {
  client.stop();
  await loopback.close();
});

describe('a client on a real socket, in real time', () => {
  it('uses banter.v1, sends and receives', async () => {
    const timeline = client.timeline(1);
    client.send(1, 'over the wire \u{1f30a}');
    await vi.waitFor(() => expect(client.queuedCount).toBe(0), BOUND);
    server.post(1, 'an answer');
    loopback.deliver();
    await vi.waitFor(
      () => expect(shownIn(timeline)).toEqual(['over the wire \u{1f30a}', 'an answer']),
      BOUND,
    );
    expect(loopback.accepted[0]?.protocol).toBe('banter.v1');
    expect(client.latencyMs).not.toBeNull();
  });

  it('[R1] [S2] resumes after a cut without loss or duplicate', async () => {
    const timeline = client.timeline(1);
    client.send(1, 'before');
    await vi.waitFor(() => expect(client.queuedCount).toBe(0), BOUND);
    const states: string[] = [];
    client.onChange(({ kind }) => {
      if (kind === 'connection') states.push(client.connection.name);
    });
    loopback.accepted[0]?.terminate();
    // The client may be live again before the test checks.
    await vi.waitFor(() => expect(states).toContain('connecting'), BOUND);
    client.send(1, 'while away');
    server.post(1, 'missed');
    await vi.waitFor(() => expect(client.queuedCount).toBe(0), BOUND);
    expect(shownIn(timeline)).toEqual(['before', 'missed', 'while away']);
    expect(client.connection.name).toBe('live');
  });

  it('is reconnecting after a send to a peer that is frozen, and sends it once over the next link', async () => {
    client.stop();
    const clock = new FakeClock();
    const frozen = createClient({
      baseUrl: loopback.baseUrl,
      WebSocket,
      refresh: 'body',
      random: () => 0.5,
      clock,
    });
    onTestFinished(() => frozen.stop());
    await frozen.login({ login: 'juno', password: 'correct horse' });
    frozen.start();
    await vi.waitFor(() => expect(frozen.connection.name).toBe('live'), BOUND);
    loopback.accepted.at(-1)?.pause();
    frozen.send(1, 'into the ice');
    await clock.advance(ANSWER_MAX_MS - 1);
    expect(frozen.connection.name).toBe('live');
    await clock.advance(1);
    expect(frozen.connection.name).toBe('reconnecting');
    await clock.advance(BACKOFF_MIN_MS);
    await vi.waitFor(() => expect(frozen.queuedCount).toBe(0), BOUND);
    expect(shownIn(frozen.timeline(1))).toEqual(['into the ice']);
  });

  it('[A4] ends after a final close code', async () => {
    loopback.accepted[0]?.close(CLOSES.session_ended.code, 'signed out elsewhere');
    await vi.waitFor(
      () => expect(client.connection).toEqual({ name: 'ended', reason: 'signed out elsewhere' }),
      BOUND,
    );
  });

  it('throws without a WebSocket or with an invalid URL', () => {
    vi.stubGlobal('WebSocket', undefined);
    expect(() => createClient({ baseUrl: loopback.baseUrl })).toThrow('No WebSocket found');
    vi.unstubAllGlobals();
    expect(() => createClient({ baseUrl: 'nowhere', WebSocket })).toThrow('Invalid URL');
  });
});

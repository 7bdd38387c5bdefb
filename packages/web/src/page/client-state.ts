/** The client's state as signals: whoever reads a value while rendering is drawn again when it changes. */
import type { Client, ClientChange, ConnectionState, Person } from '@banter/client';
import type { ChatError, Room, User } from '@banter/protocol';
import { signal } from '@preact/signals';
import { asSentence } from '../text/format.ts';
import { inOrder } from '../text/room-title.ts';

/** The measured round trip on the screen changes at most this often. */
const LATENCY_EVERY_MS = 5_000;

/** Where the connection stands, and since when (milliseconds of the monotonic clock). */
export type TimedConnection = { state: ConnectionState; sinceMs: number };

export type Session = {
  user(): User | null;
  connection(): TimedConnection;
  /** Joined rooms, in the order of their numbers. */
  rooms(): readonly Room[];
  people(roomId: number): readonly Person[];
  typing(roomId: number): readonly string[];
  /** Goes up with each report that is filed or closed in a room that the reader keeps order in. */
  reportsVersion(): number;
  /** Whether the reader ignores that person. */
  isIgnored(userId: number): boolean;
  queuedCount(): number;
  latencyMs(): number | null;
  stop(): void;
};

/** Follows `client` until stopped. `nowMs` is a monotonic clock. */
export function createSession(client: Client, nowMs: () => number): Session {
  const versions: Record<ClientChange['kind'], { value: number }> = {
    user: signal(0),
    connection: signal(0),
    rooms: signal(0),
    people: signal(0),
    typing: signal(0),
    reports: signal(0),
    outbox: signal(0),
    latency: signal(0),
    removed: signal(0),
    ignored: signal(0),
  };
  const connection = signal<TimedConnection>({ state: client.connection, sinceMs: nowMs() });
  let latencyShownAt = Number.NEGATIVE_INFINITY;

  const stop = client.onChange(({ kind }) => {
    if (kind === 'connection') connection.value = { state: client.connection, sinceMs: nowMs() };
    if (kind === 'latency') {
      if (nowMs() - latencyShownAt < LATENCY_EVERY_MS) return;
      latencyShownAt = nowMs();
    }
    versions[kind].value++;
  });
  /** The client may change its values in place, so what is followed is the change, not the value. */
  const following = <T>(kind: ClientChange['kind'], read: () => T): T => {
    void versions[kind].value;
    return read();
  };

  return {
    user: () => following('user', () => client.user),
    connection: () => connection.value,
    rooms: () => following('rooms', () => inOrder(client.rooms)),
    people: (roomId) => following('people', () => client.people(roomId)),
    typing: (roomId) => following('typing', () => client.typing(roomId)),
    reportsVersion: () => versions.reports.value,
    isIgnored: (userId) => following('ignored', () => client.ignored.includes(userId)),
    queuedCount: () => following('outbox', () => client.queuedCount),
    latencyMs: () => following('latency', () => client.latencyMs),
    stop,
  };
}

/** What to tell a person about a failure of any kind. */
export function problemText(error: unknown): string {
  return asSentence(error instanceof Error ? error.message : String(error));
}

/** The message for one field of a refused form, or null. */
export function fieldProblem(error: ChatError, field: string): string | null {
  const message = error.fields?.find((each) => each.field === field)?.message;
  return message === undefined ? null : asSentence(message);
}

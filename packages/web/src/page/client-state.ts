/** The client's state as signals: a component that reads a value re-renders when the value changes. */
import type { Client, ClientChange, ConnectionState, Person } from '@banter/client';
import type { EntryRequest, Room, User } from '@banter/protocol';
import { batch, signal } from '@preact/signals';
import { inOrder } from '../text/room-title.ts';

/** The shortest time between two changes of the round trip on the screen. */
const LATENCY_EVERY_MS = 5_000;

/** The connection's state, and when it was entered (milliseconds of the monotonic clock). */
export type TimedConnection = { state: ConnectionState; sinceMs: number };

/** Values of the client, each readable as a signal. */
export type ClientState = {
  /** The signed-in account; null after signing out. */
  user(): User | null;
  /** The connection to the server. */
  connection(): TimedConnection;
  /** Joined rooms, in the order of their numbers. */
  rooms(): readonly Room[];
  /** The members of a room. */
  people(roomId: number): readonly Person[];
  /** Usernames of people who are typing in a room. */
  typing(roomId: number): readonly string[];
  /** Increases with each report that is filed or closed in a room that the reader moderates. */
  reportsVersion(): number;
  /** The rooms that others ask the reader to enter, oldest first. */
  requests(): readonly EntryRequest[];
  /** Whether the reader ignores that person. */
  isIgnored(userId: number): boolean;
  /** Messages that wait to be sent, in all rooms. */
  queuedCount(): number;
  /** The last round trip in milliseconds; null before the first. */
  latencyMs(): number | null;
  /** Stops following the client. */
  stop(): void;
};

/** The means that the state gets from the page. */
export type ClientStateDeps = {
  /** Milliseconds of a monotonic clock. */
  nowMs(): number;
  /** Runs a task before the next frame is drawn. */
  onNextFrame(task: () => void): void;
};

/**
 * Follows `client` until stopped. Events can come much faster than frames, so components hear of the changes once a frame.
 * A component that renders for another reason reads the newest values at once.
 */
export function createClientState(client: Client, { nowMs, onNextFrame }: ClientStateDeps): ClientState {
  const versions: Record<ClientChange['kind'], { value: number }> = {
    user: signal(0),
    connection: signal(0),
    rooms: signal(0),
    people: signal(0),
    typing: signal(0),
    reports: signal(0),
    requests: signal(0),
    outbox: signal(0),
    latency: signal(0),
    removed: signal(0),
    ignored: signal(0),
  };
  const connection = signal<TimedConnection>({ state: client.connection, sinceMs: nowMs() });
  let latencyShownAt = Number.NEGATIVE_INFINITY;

  const changed = new Set<ClientChange['kind']>();
  let roomIds = '';
  const show = () =>
    batch(() => {
      for (const kind of changed) versions[kind].value++;
      changed.clear();
    });
  const stop = client.onChange(({ kind }) => {
    if (kind === 'connection') connection.value = { state: client.connection, sinceMs: nowMs() };
    if (kind === 'latency') {
      if (nowMs() - latencyShownAt < LATENCY_EVERY_MS) return;
      latencyShownAt = nowMs();
    }
    const ids = client.rooms.map(({ id }) => id).join();
    const isOtherRooms = ids !== roomIds;
    roomIds = ids;
    if (changed.size === 0 && !isOtherRooms) onNextFrame(show);
    changed.add(kind);
    // The input and local lines belong to the open room, so a room that comes or goes is known at once.
    if (isOtherRooms) show();
  });
  /** The client may change values in place, so the signal is a version number and not the value. */
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
    requests: () => following('requests', () => client.requests),
    isIgnored: (userId) => following('ignored', () => client.ignored.includes(userId)),
    queuedCount: () => following('outbox', () => client.queuedCount),
    latencyMs: () => following('latency', () => client.latencyMs),
    stop,
  };
}

/** The registry of open connections: by person, and by session. */
import type { Connection } from './connection.ts';

/** Owns the list of connections. */
export class Registry {
  readonly #connections = new Set<Connection>();
  readonly #byUser = new Map<number, Set<Connection>>();
  readonly #bySession = new Map<number, Set<Connection>>();

  /** The number of open connections. */
  get size(): number {
    return this.#connections.size;
  }

  /** Adds a connection. */
  add(connection: Connection): void {
    this.#connections.add(connection);
    addTo(this.#bySession, connection.sessionId, connection);
    addTo(this.#byUser, connection.userId, connection);
  }

  /** Removes a connection; does nothing for one that is not here. */
  remove(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    removeFrom(this.#bySession, connection.sessionId, connection);
    removeFrom(this.#byUser, connection.userId, connection);
  }

  /** Returns a copy of the list of a person's connections. */
  ofUser(userId: number): readonly Connection[] {
    return [...(this.#byUser.get(userId) ?? [])];
  }

  /** Returns a copy of the list of a session's connections. */
  ofSession(sessionId: number): readonly Connection[] {
    return [...(this.#bySession.get(sessionId) ?? [])];
  }

  /** Returns the ids of all sessions with a connection. */
  sessionIds(): number[] {
    return [...this.#bySession.keys()];
  }

  /** Returns all connections, without a copy: it follows later changes. */
  all(): Iterable<Connection> {
    return this.#connections;
  }
}

function addTo(index: Map<number, Set<Connection>>, key: number, connection: Connection): void {
  const known = index.get(key);
  if (known) known.add(connection);
  else index.set(key, new Set([connection]));
}

function removeFrom(index: Map<number, Set<Connection>>, key: number, connection: Connection): void {
  const known = index.get(key);
  known?.delete(connection);
  if (known?.size === 0) index.delete(key);
}

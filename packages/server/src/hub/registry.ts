/** Who is connected: every open connection, findable by person and by session. */
import type { Connection } from './connection.ts';

export type Registry = {
  add(connection: Connection): void;
  remove(connection: Connection): void;
  ofUser(userId: number): readonly Connection[];
  ofSession(sessionId: number): readonly Connection[];
  sessionIds(): number[];
  all(): Iterable<Connection>;
  readonly size: number;
};

export function createRegistry(): Registry {
  const connections = new Set<Connection>();
  const byUser = new Map<number, Set<Connection>>();
  const bySession = new Map<number, Set<Connection>>();
  return {
    add(connection) {
      connections.add(connection);
      put(bySession, connection.sessionId, connection);
      put(byUser, connection.userId, connection);
    },
    remove(connection) {
      if (!connections.delete(connection)) return;
      drop(bySession, connection.sessionId, connection);
      drop(byUser, connection.userId, connection);
    },
    ofUser: (userId) => [...(byUser.get(userId) ?? [])],
    ofSession: (sessionId) => [...(bySession.get(sessionId) ?? [])],
    sessionIds: () => [...bySession.keys()],
    all: () => connections,
    get size() {
      return connections.size;
    },
  };
}

function put(index: Map<number, Set<Connection>>, key: number, connection: Connection): void {
  const known = index.get(key);
  if (known) known.add(connection);
  else index.set(key, new Set([connection]));
}

function drop(index: Map<number, Set<Connection>>, key: number, connection: Connection): void {
  const known = index.get(key);
  known?.delete(connection);
  if (known?.size === 0) index.delete(key);
}

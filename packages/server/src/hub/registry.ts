/** Who is connected: every open connection, findable by person and by session. */
import type { Connection } from './connection.ts';

export type Registry = {
  /** Adds a connection; says whether it is this person's first. */
  add(connection: Connection): boolean;
  /** Takes it out; says whether it was this person's last. */
  remove(connection: Connection): boolean;
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
      return put(byUser, connection.userId, connection) === 1;
    },
    remove(connection) {
      if (!connections.delete(connection)) return false;
      drop(bySession, connection.sessionId, connection);
      return drop(byUser, connection.userId, connection) === 0;
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

function put(index: Map<number, Set<Connection>>, key: number, connection: Connection): number {
  const known = index.get(key);
  if (known) return known.add(connection).size;
  index.set(key, new Set([connection]));
  return 1;
}

function drop(index: Map<number, Set<Connection>>, key: number, connection: Connection): number {
  const known = index.get(key);
  known?.delete(connection);
  if (known && known.size > 0) return known.size;
  index.delete(key);
  return 0;
}

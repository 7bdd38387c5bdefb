/** The state of the connection to the server. */

/** The connection's state as a user interface shows it. */
export type ConnectionState =
  | { name: 'idle' }
  | { name: 'connecting' }
  | { name: 'live' }
  /**
   * Waits `inMs` milliseconds from entering this state, then dials for the `attempt`-th time. `obstacle`: what keeps sockets
   * from opening, in words, once the server has named it.
   */
  | { name: 'reconnecting'; inMs: number; attempt: number; restarting: boolean; obstacle?: string }
  | { name: 'offline' }
  /** The session is over and the person must sign in again. Outbox and timelines stay. */
  | { name: 'ended'; reason: string };

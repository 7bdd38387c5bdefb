/** The session settings that every connection to PostgreSQL starts with. */

/** How long a statement may wait for a lock before it fails. */
const LOCK_TIMEOUT_MS = 4_000;
/** How long a transaction may be idle between two statements: a dead server must not hold a room's lock. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/**
 * How PostgreSQL detects a client that vanished: it probes a silent connection after 10 s and then every 5 s, and waits
 * at most 15 s for sent data to be acknowledged. This has no effect on a local socket.
 */
const VANISHED_CLIENT = {
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 2,
  tcp_user_timeout: 15_000,
};

/**
 * Adds our session settings, and `own` ones, to a postgres:// address. They travel in the start-up packet, which costs no
 * round trip. They override the settings of the address, the server, the database and the account: [S1] depends on
 * synchronous_commit.
 */
export function withSessionSettings(
  url: string,
  statementTimeoutMs: number,
  own: Readonly<Record<string, string | number>> = {},
): string {
  const [base = '', search = ''] = url.split('?', 2);
  const params = new URLSearchParams(search);
  const settings = {
    synchronous_commit: 'on',
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.min(LOCK_TIMEOUT_MS, statementTimeoutMs),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    ...VANISHED_CLIENT,
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    ...own,
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  params.set('options', [params.get('options') ?? '', ...flags].join(' ').trim());
  return `${base}?${params}`;
}

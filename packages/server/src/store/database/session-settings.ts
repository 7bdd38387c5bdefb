/** The session settings that every connection to PostgreSQL starts with. */

/** How long a statement may wait for a lock before it is refused. */
const LOCK_TIMEOUT_MS = 4_000;
/** How long a transaction may sit between two statements: a dead node must not hold a room's lock. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
/**
 * When the server gives up a client that is gone without a word: it asks one that is silent after 10 s, and again every
 * 5 s, and does not wait longer than 15 s for one to take what it is sent. Without effect on a local socket.
 */
const SILENT_CLIENT = {
  tcp_keepalives_idle: 10,
  tcp_keepalives_interval: 5,
  tcp_keepalives_count: 2,
  tcp_user_timeout: 15_000,
};

/**
 * The address with our settings in it. They travel in the start-up packet, which costs no round trip, and win over the
 * address's own and over those of the server, the database and the account: [S1] hangs on synchronous_commit.
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
    ...SILENT_CLIENT,
    TimeZone: 'UTC',
    DateStyle: 'ISO',
    ...own,
  };
  const flags = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  params.set('options', [params.get('options') ?? '', ...flags].join(' ').trim());
  return `${base}?${params}`;
}

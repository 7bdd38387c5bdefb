/** PostgreSQL's cancel request: a second, short connection that names the backend and its key. */

import { connect } from 'node:net';
import type { PoolClient } from 'pg';

const CANCEL_REQUEST_CODE = 80_877_102;
const CANCEL_REQUEST_BYTES = 16;
/** How long to try. If the server does not accept the request, its own statement_timeout ends the statement. */
const CANCEL_TIMEOUT_MS = 2_000;

/**
 * Asks the server to cancel the statement that `client` runs. Best effort: it waits for nothing and throws nothing, and
 * uses no connection of the pool. Destroy the client afterwards, because a late request would cancel its next statement.
 */
export function cancelStatement(client: PoolClient): void {
  const { host, port, processID, secretKey } = client as CancellableClient;
  if (processID === null || secretKey === null) return;
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  socket.setTimeout(CANCEL_TIMEOUT_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.resume();
  socket.end(cancelRequest(processID, secretKey));
}

/** The driver keeps the two numbers of BackendKeyData, but its type does not declare them. */
type CancellableClient = PoolClient & {
  host: string;
  port: number;
  processID: number | null;
  secretKey: number | null;
};

function cancelRequest(processID: number, secretKey: number): Buffer {
  const packet = Buffer.alloc(CANCEL_REQUEST_BYTES);
  packet.writeInt32BE(CANCEL_REQUEST_BYTES, 0);
  packet.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  return packet;
}

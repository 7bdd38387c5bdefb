/** Rejects an upgrade with a problem document (RFC 9457). Every error before a socket is open ends here. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ChatError, ERROR_STATUSES, ERRORS, encodeJson } from '@banter/protocol';
import { UPGRADE_HEADERS } from '../doors/upgrade-required.ts';

/** Answers the upgrade request with a problem, and ends its connection. */
export function rejectUpgrade(socket: Duplex, error: ChatError, requestId: string): void {
  if (!socket.writable) return;
  const { title } = ERRORS[error.code];
  const status = ERROR_STATUSES[error.code];
  const problem = {
    type: `urn:banter:error:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
  const body = encodeJson(problem);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    ...(error.retryAfterMs === undefined ? [] : [`Retry-After: ${Math.ceil(error.retryAfterMs / 1_000)}`]),
    ...(error.code === 'upgrade_required'
      ? [`Upgrade: ${UPGRADE_HEADERS.Upgrade}`, `Connection: ${UPGRADE_HEADERS.Connection}`]
      : ['Connection: close']),
  ];
  // A peer that keeps its side open must not keep the socket.
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

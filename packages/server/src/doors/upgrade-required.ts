/** The answer to a request for a socket's path that does not ask for a WebSocket, as behind a proxy that drops the upgrade. */
import type { IncomingMessage } from 'node:http';
import { ChatError } from '@banter/protocol';

/** The headers of the answer (RFC 9110 15.5.22). It ends the connection, whose request may have asked for that. */
export const UPGRADE_HEADERS = { Upgrade: 'websocket', Connection: 'Upgrade, close' } as const;

const ADVICE =
  'If a proxy is in front of banter, let it use HTTP/1.1 to banter and pass on the headers Upgrade and Connection ' +
  '(nginx: proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade, proxy_set_header Connection "upgrade").';

/** Returns why a request cannot become a WebSocket, in words; null if it can, as far as its method and headers say. */
export function missingUpgrade(request: IncomingMessage): string | null {
  const { method, httpVersion, headers } = request;
  if (method !== 'GET') return `a WebSocket begins with GET, not ${method}`;
  if (httpVersion === '1.0') return 'the request came over HTTP/1.0, which has no WebSockets';
  if (headers.upgrade === undefined) return 'the request has no Upgrade header';
  if (!names(headers.upgrade, 'websocket')) return 'the Upgrade header does not name websocket';
  return names(headers.connection, 'upgrade') ? null : 'the Connection header does not name Upgrade';
}

/** Returns the error for a request that missingUpgrade explains. */
export function upgradeRequired(reason: string): ChatError {
  return new ChatError('upgrade_required', `this address needs a WebSocket, but ${reason}. ${ADVICE}`);
}

function names(header: string | undefined, option: string): boolean {
  return (header ?? '').split(',').some((item) => item.trim().toLowerCase() === option);
}

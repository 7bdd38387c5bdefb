/** Offers of a protocol that is not spoken here (HTTP/2 by curl or Java): they may be passed over (RFC 9110 7.8). */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** For an `upgrade` event: hands the request back to the server without its offer, to be answered like any other. */
export function declineUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.unshift(Buffer.concat([withoutOffer(request), head]));
  server.emit('connection', socket);
}

/** The head of the request as it came, but for the fields that offer another protocol. */
function withoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    const rest = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value;
    if (!OFFER_FIELDS.has(name.toLowerCase()) && rest !== '') lines.push(`${name}: ${rest}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

const OFFER_FIELDS = new Set(['upgrade', 'http2-settings']);

/** What else a Connection field says, as `close`. */
function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !/^(upgrade|http2-settings)$/i.test(option)).join(', ');
}

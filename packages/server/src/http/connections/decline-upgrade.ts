/** Declines offers of other protocols, such as HTTP/2 from curl or Java. A server may ignore them (RFC 9110 7.8). */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Handles an `upgrade` event: returns the request to the server without its offer, to be answered like any other. */
export function declineUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  socket.unshift(Buffer.concat([headWithoutOffer(request), head]));
  server.emit('connection', socket);
}

/** Returns the head of the request as it came, without the fields that offer another protocol. */
function headWithoutOffer({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    const rest = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value;
    if (!OFFER_FIELDS.has(name.toLowerCase()) && rest !== '') lines.push(`${name}: ${rest}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

const OFFER_FIELDS = new Set(['upgrade', 'http2-settings']);

/** Returns the other options of a Connection field, such as `close`. */
function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !/^(upgrade|http2-settings)$/i.test(option)).join(', ');
}

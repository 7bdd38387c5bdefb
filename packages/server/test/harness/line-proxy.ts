/** A line to PostgreSQL that can be cut at a chosen moment. */

import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

export type LineProxy = {
  /** The database's address over this line. */
  url: string;
  /** The next time a client sends `text`, that still reaches the server, but the client hears no more. */
  cutAfter(text: string): void;
  close(): Promise<void>;
};

/** Opens a line to the database of `url`. */
export async function openLineProxy(url: string): Promise<LineProxy> {
  const folder = await mkdtemp('/tmp/banter-line-');
  const sockets = new Set<Socket>();
  let cutText: string | undefined;
  const server = createServer((client) => {
    const upstream = dial(url);
    for (const socket of [client, upstream]) {
      sockets.add(socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket)));
    }
    upstream.pipe(client);
    client.on('end', () => upstream.end());
    client.on('data', (bytes) => {
      upstream.write(bytes);
      if (cutText === undefined || !bytes.includes(cutText)) return;
      cutText = undefined;
      upstream.unpipe(client);
      upstream.resume();
      client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(join(folder, '.s.PGSQL.5432'), resolve));
  const through = new URL(url);
  through.host = encodeURIComponent(folder);
  through.port = '5432';
  return {
    url: through.href,
    cutAfter: (text) => {
      cutText = text;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

function dial(address: string): Socket {
  const { hostname, port } = new URL(address);
  const host = decodeURIComponent(hostname);
  return host.startsWith('/')
    ? connect(join(host, `.s.PGSQL.${port || 5432}`))
    : connect(Number(port || 5432), host);
}

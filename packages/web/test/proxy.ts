/** A bad network in front of the server: a TCP proxy that can cut, hold and refuse connections. */
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A running proxy. */
export type FaultProxy = {
  /** The page's address through the proxy. */
  url: string;
  /** Resets all connections. */
  cut(): void;
  /** Holds back the server's bytes until `release`. Bytes to the server still pass. */
  holdAnswers(): void;
  /** Passes on the bytes that were held back. */
  release(): void;
  /** While true, new connections are closed at once. */
  refuse(isRefusing: boolean): void;
  /** Closes all connections and the port. */
  close(): Promise<void>;
};

type Link = { near: Socket; far: Socket };

/** Listens on a free loopback port and forwards everything to `targetPort`. */
export async function startProxy(targetPort: number): Promise<FaultProxy> {
  const links = new Set<Link>();
  let isRefusing = false;
  let isHolding = false;

  const server = createServer((near) => {
    if (isRefusing) {
      near.destroy();
      return;
    }
    const far = createConnection({ host: '127.0.0.1', port: targetPort });
    const link = { near, far };
    links.add(link);
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => near.write(bytes));
    if (isHolding) far.pause();
    for (const socket of [near, far]) {
      // `close` always follows an error, and closes the other side.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        links.delete(link);
      });
    }
  });
  const port = await listen(server);
  const cut = () => {
    for (const { near, far } of links) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  return {
    url: `http://127.0.0.1:${port}`,
    cut,
    holdAnswers() {
      isHolding = true;
      for (const { far } of links) far.pause();
    },
    release() {
      isHolding = false;
      for (const { far } of links) far.resume();
    },
    refuse(next) {
      isRefusing = next;
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the proxy has no port'));
      else resolve(address.port);
    });
  });
}

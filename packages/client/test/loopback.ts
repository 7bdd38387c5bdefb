/** Puts a fake server behind real HTTP and real WebSockets on loopback. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FakeServer } from './fake-server.ts';

/** A listening server. */
export type Loopback = {
  baseUrl: string;
  /** The sockets accepted so far. */
  readonly accepted: WebSocket[];
  /** Sends all frames that the fake server has queued. */
  deliver(): void;
  /** Closes all sockets and the port. */
  close(): Promise<void>;
};

/** Listens on a free port of 127.0.0.1. */
export async function listen(server: FakeServer): Promise<Loopback> {
  const http = createHttpServer(server);
  const sockets = new WebSocketServer({ server: http, path: '/v1/socket' });
  const accepted: WebSocket[] = [];
  sockets.on('connection', (real) => {
    accepted.push(real);
    join(server, real);
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return {
    baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    accepted,
    deliver() {
      for (const fake of server.sockets) fake.deliver();
    },
    async close() {
      for (const real of accepted) real.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => {
        http.close(resolve);
      });
    },
  };
}

function createHttpServer(server: FakeServer) {
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', headers } = request;
    const answer = await server.http.fetch(`http://${headers.host}${request.url}`, {
      method,
      ...(headers.authorization ? { headers: { authorization: headers.authorization } } : {}),
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks).toString() } : {}),
    });
    const body = await answer.text();
    response.writeHead(body === '' ? 204 : answer.status, { 'content-type': 'application/json' }).end(body);
  });
}

/** Makes a fake socket the server's end of a real one. */
function join(server: FakeServer, real: WebSocket): void {
  const fake = new server.WebSocket('loopback');
  fake.addEventListener('message', ({ data }: { data: string }) => real.send(data));
  fake.addEventListener('close', ({ code, reason }: { code: number; reason: string }) => {
    real.close(code, reason);
  });
  fake.accept();
  real.on('message', (data) => {
    fake.send(String(data));
    server.read(fake);
    fake.deliver();
  });
  real.on('close', () => fake.close());
}

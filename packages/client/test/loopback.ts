/** Puts a fake server behind real HTTP and real WebSockets on loopback. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FakeServer } from './fake-server.ts';

export type Loopback = {
  baseUrl: string;
  /** The protocols and open sockets seen so far. */
  readonly accepted: WebSocket[];
  /** Says to all sockets what the fake server has for them. */
  pass(): void;
  close(): Promise<void>;
};

/** Listens on a free port of 127.0.0.1. */
export async function listen(server: FakeServer): Promise<Loopback> {
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', headers } = request;
    const url = `http://${headers.host}${request.url}`;
    const answer = await server.http.fetch(url, {
      method,
      ...(headers.authorization ? { headers: { authorization: headers.authorization } } : {}),
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks).toString() } : {}),
    });
    const body = await answer.text();
    response.writeHead(body === '' ? 204 : answer.status, { 'content-type': 'application/json' }).end(body);
  });
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
    pass() {
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

/** Makes a fake socket the server's end of a real one. */
function join(server: FakeServer, real: WebSocket): void {
  const fake = new server.WebSocket('loopback', []);
  const listeners = {
    message: ({ data }: { data: string }) => real.send(data),
    close: ({ code, reason }: { code: number; reason: string }) => real.close(code, reason),
  };
  fake.addEventListener('message', listeners.message as never);
  fake.addEventListener('close', listeners.close as never);
  fake.accept();
  real.on('message', (data) => {
    fake.send(String(data));
    server.read(fake);
    fake.deliver();
  });
  real.on('close', () => fake.close());
}

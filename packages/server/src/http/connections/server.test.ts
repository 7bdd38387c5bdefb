import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHttpServer, HTTP_LIMITS, PROXY_KEEP_ALIVE_MS } from './server.ts';

/** The connections that carried a request, by request, on the server's side. */
let sockets: Socket[];
let server: Server;
let agent: Agent;

async function listen(isProxy: boolean): Promise<void> {
  sockets = [];
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const unsent = { run: (_request: unknown, _response: unknown, handle: () => void) => handle() };
  server = createHttpServer(
    (request, response) => {
      sockets.push(request.socket);
      // While a request runs, its connection may be silent for any time.
      expect(request.socket.timeout ?? 0).toBe(0);
      response.end('ok');
    },
    { unsent, isProxy: () => isProxy },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
afterEach(() => {
  agent.destroy();
  server.close();
  server.closeAllConnections();
});

/** Makes a request, and returns the answer's header `Keep-Alive`. */
async function ask(headers: Record<string, string> = {}): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const request = get({ port, agent, headers });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer.headers['keep-alive'];
}

test.each([
  ['a person', false, HTTP_LIMITS.keepAliveTimeout],
  ['a trusted proxy, longer than proxies use it again', true, PROXY_KEEP_ALIVE_MS],
])('a connection from %s waits for its next request', async (_who, isProxy, waitMs) => {
  await listen(isProxy);
  expect(await ask()).toBe(`timeout=${waitMs / 1_000}`);
  expect(await ask({ expect: '100-continue' })).toBe(`timeout=${waitMs / 1_000}`);
  expect(await ask()).toBe(`timeout=${waitMs / 1_000}`);
  expect(new Set(sockets).size).toBe(1);
  // Node waits a second longer than it says.
  expect([waitMs, waitMs + 1_000]).toContain(sockets[0]?.timeout);
});

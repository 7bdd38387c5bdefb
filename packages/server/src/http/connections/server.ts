/** Node's HTTP server, with time limits for slow clients. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { UnsentAnswers } from './unsent-answers.ts';

/** Time limits in milliseconds, under Node's names for them. A request that exceeds one gets a 408. */
export type HttpLimits = {
  /** For a request's head, from its first byte or from the connection's start. */
  headersTimeout: number;
  /** For a whole request. */
  requestTimeout: number;
  /** For a connection's wait between two requests. */
  keepAliveTimeout: number;
  /** The period of the checks. */
  connectionsCheckingInterval: number;
};

/** The limits in production: generous to people with slow connections. */
export const HTTP_LIMITS: HttpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
};

/**
 * How long a connection from a trusted proxy waits for its next request, in milliseconds. Proxies use idle connections again:
 * Caddy for 120 s, Go's own for 90 s, nginx and load balancers for 60 s. If the server closed one first, a request could meet
 * its end, and the proxy would answer 502 to a POST.
 */
export const PROXY_KEEP_ALIVE_MS = 130_000;

/** The parts that a server uses. */
export type HttpServerDeps = {
  unsent: Pick<UnsentAnswers, 'run'>;
  /** Whether a connection comes from a trusted proxy. */
  isProxy(socket: Socket): boolean;
};

/** Creates the server. It does not listen yet. Each connection's requests run one at a time. */
export function createHttpServer(
  handleRequest: (request: IncomingMessage, response: ServerResponse) => void,
  { unsent, isProxy }: HttpServerDeps,
  limits: HttpLimits = HTTP_LIMITS,
): Server {
  // The gate answers a request without a Host in words, and also checks upgrades.
  const options = { ...limits, requireHostHeader: false };
  const run = (request: IncomingMessage, response: ServerResponse, handle: () => void) => {
    if (isProxy(request.socket)) keepForProxy(request.socket, response);
    unsent.run(request, response, handle);
  };
  const server = createServer(options, (request, response) =>
    run(request, response, () => handleRequest(request, response)),
  );
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    run(request, response, () => {
      response.writeContinue();
      handleRequest(request, response);
    }),
  );
  return server;
}

/** Prolongs the wait after an answer, in its head too. Node has set its own before, unless further requests wait. */
function keepForProxy(socket: Socket, response: ServerResponse): void {
  response.setHeader('Keep-Alive', `timeout=${PROXY_KEEP_ALIVE_MS / 1_000}`);
  response.once('finish', () => {
    if (socket.timeout) socket.setTimeout(PROXY_KEEP_ALIVE_MS);
  });
}

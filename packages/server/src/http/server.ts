/** Node's HTTP server, with bounds on slow peers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** In milliseconds; what passes them is ended with 408. */
export type HttpLimits = {
  /** For a request's head, from its first byte or from the connection's beginning. */
  headersTimeout: number;
  /** For a whole request. */
  requestTimeout: number;
  /** How long a connection may wait for its next request. */
  keepAliveTimeout: number;
  /** How often they are looked at. */
  connectionsCheckingInterval: number;
};

/** Generous to people on bad lines. */
export const HTTP_LIMITS: HttpLimits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
};

export function createHttpServer(
  handleRequest: (request: IncomingMessage, response: ServerResponse) => void,
  limits: HttpLimits = HTTP_LIMITS,
): Server {
  const server = createServer(limits, handleRequest);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // Behind an answer that is still under way, Node would write this one's 100 into the midst of it.
    if (response.socket) response.writeContinue();
    server.emit('request', request, response);
  });
  return server;
}

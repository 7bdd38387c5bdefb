/** Node's HTTP server, with time limits for slow clients. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

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

/** Creates the server. It does not listen yet. */
export function createHttpServer(
  handleRequest: (request: IncomingMessage, response: ServerResponse) => void,
  limits: HttpLimits = HTTP_LIMITS,
): Server {
  const server = createServer(limits, handleRequest);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A pipelined request has no socket until the response before it is sent. Node would write this 100 into that response.
    if (response.socket) response.writeContinue();
    server.emit('request', request, response);
  });
  return server;
}

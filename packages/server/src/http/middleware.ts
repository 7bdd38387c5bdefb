/** The chain around every request: who it is, the log line, the headers, the deadline. A thrown error ends in problem.ts. */
import type { IncomingMessage } from 'node:http';
import { ChatError } from '@banter/protocol';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import type { Peer } from '../chat/caller.ts';
import type { Clock } from '../clock.ts';
import type { HttpContext, HttpEnv } from './context.ts';

/** One line of the access log: never a token, a password or a text. */
export type RequestLine = {
  requestId: string;
  method: string;
  /** The route's pattern, not the path: query strings may hold tickets. */
  route: string;
  status: number;
  durationMs: number;
  address: string;
};

type Handler = MiddlewareHandler<HttpEnv>;

/** Finds out who asks, and gives the request its id. */
export function peerOf(identify: (request: IncomingMessage) => Peer): Handler {
  return async (c, next) => {
    const peer = identify(c.env.incoming);
    c.set('peer', peer);
    c.header('X-Request-Id', peer.requestId);
    await next();
  };
}

export function accessLog(clock: Clock, onRequest: (line: RequestLine) => void): Handler {
  return async (c, next) => {
    const startedAt = clock.now();
    await next();
    const { requestId, address } = c.get('peer');
    const durationMs = Math.round((clock.now() - startedAt) * 10) / 10;
    const route = routePath(c);
    onRequest({ requestId, method: c.req.method, route, status: c.res.status, durationMs, address });
  };
}

export function securityHeaders(): Handler {
  const headers = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    // Only over TLS, below: a browser must not be told to use https where there is none.
    strictTransportSecurity: false,
  });
  return async (c, next) => {
    await headers(c, next);
    if (c.get('peer').isSecure) c.res.headers.set('Strict-Transport-Security', 'max-age=31536000');
    if (c.req.path.startsWith('/v1/')) c.res.headers.set('Cache-Control', 'no-store');
  };
}

/** Gives the request up after `timeoutMs` or when its client goes away; either cancels its work in the store. */
export function deadline(clock: Clock, timeoutMs: number): Handler {
  return async (c, next) => {
    const controller = new AbortController();
    const { signal } = controller;
    const onClose = () => controller.abort(new ChatError('unavailable', 'the client went away'));
    c.env.outgoing.once('close', onClose);
    c.set('scope', { requestId: c.get('peer').requestId, signal });
    const callOff = clock.after(timeoutMs, () =>
      controller.abort(new ChatError('unavailable', 'this took too long')),
    );
    try {
      await Promise.race([next(), aborted(c, signal)]);
    } finally {
      callOff();
      c.env.outgoing.off('close', onClose);
    }
  };
}

function aborted(c: HttpContext, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => {
      // The outcome of a write that took so long is unknown, and must not be told as an error [S3]: no answer at all.
      if (c.req.method !== 'GET' && c.req.method !== 'HEAD') c.env.outgoing.destroy();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** What a request carries through the chain of handlers. */
import type { ServerResponse } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Peer, Scope, Visitor } from '../chat/caller.ts';

export type HttpEnv = {
  Bindings: HttpBindings & {
    /** Set by a handler whose answer has no end: takes the response over once its head is written. */
    takeOver?: (response: ServerResponse) => void;
  };
  Variables: {
    peer: Peer;
    /** Ends with the request: its deadline, or its client going away, cancels what the store does for it. */
    scope: Scope;
  };
};

export type HttpContext = Context<HttpEnv>;

export function visitorOf(c: HttpContext): Visitor {
  const { address, userAgent } = c.get('peer');
  return { address, userAgent, scope: c.get('scope') };
}

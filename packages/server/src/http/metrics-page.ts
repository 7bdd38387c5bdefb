/** `/metrics`: open to a Prometheus on the same machine, and to an administrator's token. */
import type { IncomingMessage } from 'node:http';
import { ChatError } from '@banter/protocol';
import type { Handler } from 'hono';
import type { Chat } from '../chat/chat.ts';
import { requirePermission } from '../chat/permissions.ts';
import type { HttpEnv } from './context.ts';
import { signIn } from './signed-in.ts';

/** The page. `type` is its media type. */
export type MetricsPage = {
  type: string;
  /** Returns the page with the current values. */
  render: () => string;
};

/** Headers that a proxy adds. With one of them the socket's address is the proxy's, not the client's. */
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via'];
/** A name of this machine. A page in a browser here cannot use it from another site, however that site's name resolves. */
const OWN_NAME = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;
const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** Creates the handler of /metrics. It throws ChatError unauthenticated, forbidden. */
export function serveMetrics(chat: Pick<Chat, 'sessions' | 'limits'>, page: MetricsPage): Handler<HttpEnv> {
  return async (c) => {
    if (!isLocal(c.env.incoming)) {
      const { caller } = await signIn(c, chat, false);
      requirePermission(caller, 'admin', null);
      if (!caller.user.admin) throw new ChatError('forbidden', 'only administrators can read metrics');
    }
    return c.body(page.render(), 200, { 'Content-Type': page.type, 'Cache-Control': 'no-store' });
  };
}

/** Tells whether a request comes from this machine, by one of its own names, and not through a proxy on it. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  return (
    LOOPBACK.test(socket.remoteAddress ?? '') &&
    OWN_NAME.test(headers.host ?? '') &&
    FORWARDING_HEADERS.every((name) => !(name in headers))
  );
}

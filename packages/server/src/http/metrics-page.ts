/** `/metrics`: for a Prometheus on the same machine, or an administrator's token. */
import type { IncomingMessage } from 'node:http';
import { ChatError } from '@banter/protocol';
import type { Handler } from 'hono';
import type { Chat } from '../chat/chat.ts';
import { permit } from '../chat/grant.ts';
import type { HttpEnv } from './context.ts';
import { signIn } from './signed-in.ts';

/** What there is to show, and as which media type. */
export type MetricsPage = { type: string; render: () => string };

/** What a proxy adds: then the line's other end is not who asks. */
const FORWARDING_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'via'];
const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/;

/** The handler throws ChatError unauthenticated, forbidden. */
export function serveMetrics(chat: Pick<Chat, 'sessions' | 'limits'>, page: MetricsPage): Handler<HttpEnv> {
  return async (c) => {
    if (!isLocal(c.env.incoming)) {
      const { caller } = await signIn(c, chat, false);
      permit(caller, 'admin', null);
      if (!caller.user.admin) throw new ChatError('forbidden', 'metrics are for administrators');
    }
    return c.body(page.render(), 200, { 'Content-Type': page.type, 'Cache-Control': 'no-store' });
  };
}

/** Whether a request comes from this machine itself, and not through a proxy on it. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  return LOOPBACK.test(socket.remoteAddress ?? '') && FORWARDING_HEADERS.every((name) => !(name in headers));
}

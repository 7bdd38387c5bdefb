/** The people of the scenarios. Their methods make tests read like sentences. */

import { randomUUID } from 'node:crypto';
import type {
  ErrorReply,
  Message,
  MessageEvent,
  MessagePage,
  Ok,
  Room,
  RoomCursor,
  RoomKind,
  TokenGrant,
  User,
} from '@banter/protocol';
import { type Answer, type Ask, ask, call, type Host } from './http.ts';
import { type Collector, type Reply, type SocketOptions, signIn } from './socket.ts';

/** A person with an account and a session. */
export type Person = {
  readonly user: User;
  /** The access token; a refresh changes it. */
  readonly token: string;
  readonly refreshToken: string;
  /** The socket that `connects` opened last. @throws Error before that. */
  readonly socket: Collector;
  /** Sends a request as this person. @returns the response, with any status. */
  asks(method: string, path: string, body?: unknown, extra?: Ask): Promise<Answer>;
  /** Creates a room. */
  opens(name: string, kind?: RoomKind): Promise<Room>;
  /** Joins a room. */
  joins(room: At): Promise<void>;
  /** Leaves a room. */
  leaves(room: At): Promise<void>;
  /** Kicks a member from a room. */
  kicks(room: At, who: Person): Promise<void>;
  /** Adds a person to a room. */
  adds(room: At, who: Person): Promise<void>;
  /** Opens a socket for all rooms, or for those of the cursors. Resolves once it is live. */
  connects(rooms?: RoomCursor[], options?: SocketOptions): Promise<Collector>;
  /** Sends a message over the socket. @throws Error if it is rejected. */
  says(room: At, content: string, id?: string): Promise<Ok>;
  /** Sends a message over the socket. @returns any reply. */
  tries(room: At, content: string, id?: string): Promise<Reply>;
  /** Sends a message over the socket that must be rejected. @throws Error if it is stored. */
  failsToSay(room: At, content: string, id?: string): Promise<ErrorReply>;
  /** Sends a message over HTTP. */
  posts(room: At, content: string, id?: string): Promise<Message>;
  /** Waits until the message with this content arrives on the socket. */
  sees(content: string): Promise<MessageEvent>;
  /** Reads a page of history. */
  reads(room: At, query?: string): Promise<MessagePage>;
  /** Refreshes the access token. */
  renews(): Promise<TokenGrant>;
};

/** A room, by its id. */
export type At = Pick<Room, 'id'>;

/** The password of every person. */
export const PASSWORD = 'a long enough pass phrase';

/** Returns a new command id. */
export function newId(): string {
  return randomUUID();
}

/** Creates an account. */
export async function person(host: Host, username: string): Promise<Person> {
  const body = { username, password: PASSWORD };
  return asPerson(host, await call<TokenGrant>(host, 'POST', '/v1/auth/register?refresh=body', { body }));
}

/** Signs the same person in again, in another session. */
export async function loggedIn(host: Host, username: string): Promise<Person> {
  const body = { login: username, password: PASSWORD };
  return asPerson(host, await call<TokenGrant>(host, 'POST', '/v1/auth/login?refresh=body', { body }));
}

/** Creates several accounts at once, named p1, p2, … */
export function people(host: Host, count: number): Promise<Person[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => person(host, `p${i + 1}`)));
}

function asPerson(host: Host, first: TokenGrant): Person {
  let grant = first;
  let current: Collector | null = null;
  const own = () => ({ token: grant.accessToken });
  const socket = () => {
    if (current) return current;
    throw new Error(`${grant.user.username} has no socket yet`);
  };
  const tries = (room: At, content: string, id = newId()) =>
    socket().ask({ op: 'send', id, roomId: room.id, content });
  const act = async (method: string, path: string, body?: unknown) =>
    void (await call(host, method, path, { ...own(), body }));
  return {
    user: grant.user,
    get token() {
      return grant.accessToken;
    },
    get refreshToken() {
      return grant.refreshToken ?? '';
    },
    get socket() {
      return socket();
    },
    asks: (method, path, body, extra) => ask(host, method, path, { ...own(), body, ...extra }),
    opens: (name, kind = 'open') => call(host, 'POST', '/v1/rooms', { ...own(), body: { name, kind } }),
    joins: ({ id }) => act('POST', `/v1/rooms/${id}/join`),
    leaves: ({ id }) => act('POST', `/v1/rooms/${id}/leave`),
    kicks: ({ id }, { user }) => act('DELETE', `/v1/rooms/${id}/members/${user.id}`),
    adds: ({ id }, { user }) => act('PUT', `/v1/rooms/${id}/members/${user.id}`, { role: 'member' }),
    async connects(rooms, options) {
      current = await signIn(host, grant.accessToken, rooms, options);
      return current;
    },
    async says(room, content, id) {
      const reply = await tries(room, content, id);
      if (reply.type === 'ok') return reply;
      throw new Error(`${JSON.stringify(content.slice(0, 80))} was rejected: ${JSON.stringify(reply)}`);
    },
    tries,
    async failsToSay(room, content, id) {
      const reply = await tries(room, content, id);
      if (reply.type === 'error') return reply;
      throw new Error(`${JSON.stringify(content.slice(0, 80))} was stored with seq ${reply.seq}`);
    },
    posts: ({ id: roomId }, content, id) =>
      call(host, 'POST', `/v1/rooms/${roomId}/messages`, {
        ...own(),
        body: { content, ...(id ? { id } : {}) },
      }),
    sees: (content) =>
      socket().first(
        `${grant.user.username} sees ${JSON.stringify(content.slice(0, 80))}`,
        (event): event is MessageEvent => event.type === 'message' && event.content === content,
      ),
    reads: ({ id }, query = '') => call(host, 'GET', `/v1/rooms/${id}/messages${query}`, own()),
    async renews() {
      const body = { refreshToken: grant.refreshToken };
      grant = await call<TokenGrant>(host, 'POST', '/v1/auth/refresh', { body });
      return grant;
    },
  };
}

/** Declares one route of the API: its input, who may call it, its answers, and its handler. */
import type { IncomingMessage } from 'node:http';
import type { ErrorCode, Registration, TokenScope, User } from '@banter/protocol';
import type { z } from 'zod';
import type { Caller } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import type { RateKind } from '../chat/limits/rate-limits.ts';
import type { FollowRequest } from '../doors/following.ts';
import type { ApiDescription } from './api-description.ts';
import type { HttpContext } from './context.ts';
import type { EventForm } from './event-stream.ts';
import type { ParamsOf } from './input/params.ts';

/** The access rule of a route. A public route needs no sign-in. Its `rate` limits each address, before anything is read. */
export type Access = { who: 'public'; rate?: RateKind } | SignedIn;

type SignedIn = {
  who: 'signed-in';
  /** The scope that a token needs. */
  scope: TokenScope;
  /**
   * Set on a route without a room that a token for one room may call too. Such a route shows and changes nothing of other
   * rooms, or chat leaves them out. Without this flag the token is rejected.
   */
  withRoomToken?: true;
  /** The route also accepts a ticket in the URL, because a browser cannot send a header there. */
  takesTicket?: true;
};

/** A request's body. `T` is the type that the handler gets. */
export type Body<T = unknown> = {
  schema: z.ZodType<T>;
  /** The body may be missing, which counts as {}. */
  isOptional?: true;
  /** The field that a text/plain body becomes. */
  textField?: string;
};

/** The successful answers by status: the schema of the JSON, other media types, or null for no body. */
export type Answers = Record<number, z.ZodType | Media | null>;

/** An answer in one of these media types. The handler returns it as a whole Response. */
export type Media = { mediaTypes: readonly string[] };

/** Facts about the server itself. */
export type ServerFacts = {
  /** The server's public host, or null when PUBLIC_URL is not set. */
  name: string | null;
  registration: Registration;
  /** Returns why the server cannot serve, as of the last second, or null when it can. A stopping server is not ready. */
  whyNotReady: () => string | null;
  /** Whether the disk is nearly full, so that nothing new is stored. */
  isDiskLow: () => boolean;
};

/** The parts that handlers work with. */
export type RouteDeps = {
  chat: Chat;
  facts: ServerFacts;
  /** Tells whether a page of the request's Origin may use the refresh cookie. */
  allowsOrigin: (request: IncomingMessage) => boolean;
  /** Called once the first account of the server is registered, which makes it the administrator's. */
  onFirstAccount: (user: User) => void;
  /** Returns the description of all routes. */
  describe: () => ApiDescription;
  /** Streams a room's events into the response, after its head. */
  follow: (c: HttpContext, form: EventForm, request: FollowRequest) => void;
};

/** The argument of a handler, with all input read and checked. */
export type Call<P extends string, Q, B, W extends Access['who']> = RouteDeps & {
  c: HttpContext;
  caller: W extends 'signed-in' ? Caller : undefined;
  /** When the caller's token expires, in epoch milliseconds. Null on a public route, and for a credential without expiry. */
  expiresAt: number | null;
  params: ParamsOf<P>;
  query: Q;
  body: B;
};

/** A row of the route table. */
export type RouteRow<P extends string, Q, B, A extends Answers, W extends Access['who']> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /v1, with parameters from params.ts: `/rooms/{roomId}`. */
  path: P;
  /** One line for the API's description. Begins with a verb. */
  summary: string;
  /** The headers that this route reads, with their descriptions. */
  headers?: Record<string, string>;
  /** Without a schema the query is ignored. */
  query?: z.ZodType<Q>;
  body?: Body<B>;
  answers: A;
  /** The error codes of this route. Codes that follow from the row itself (sign-in, path, body) are added to them. */
  errors?: readonly ErrorCode[];
  /** Does the work. @returns the body, or `answer(status, body)` where several statuses are declared. */
  handle(call: Call<P, Q, B, W>): Result<A> | Promise<Result<A>>;
} & Extract<Access, { who: W }>;

/** Any row. */
export type Route = RouteRow<string, unknown, unknown, Answers, Access['who']>;

/** Declares a row. Its handler's types follow from the path, the schemas and the answers. */
export function route<
  const P extends string,
  Q = undefined,
  B = undefined,
  A extends Answers = Answers,
  W extends Access['who'] = Access['who'],
>(row: RouteRow<P, Q, B, A, W>): Route {
  // mount.ts reads params, query and body with this same row, so the handler gets the types it declares.
  return row as unknown as Route;
}

/** Declares a JSON body. */
export function json<T>(schema: z.ZodType<T>): Body<T> {
  return { schema };
}

/** Declares a JSON body that may be missing, which counts as {}. */
export function optionalJson<T>(schema: z.ZodType<T>): Body<T> {
  return { schema, isOptional: true };
}

/** Declares a body that is JSON, or text/plain with the value of one field. */
export function jsonOrText<T>(schema: z.ZodType<T>, textField: string & keyof T): Body<T> {
  return { schema, textField };
}

/** Declares an answer in one of these media types. */
export function media(...mediaTypes: string[]): Media {
  return { mediaTypes };
}

/** Returns the answer of a route that declares several statuses. */
export function answer<const S extends number, const T>(status: S, body: T): { status: S; body: T } {
  return { status, body };
}

/** The body, where a route has one answer; the body with its status, where it has several. */
type Result<A extends Answers> =
  IsUnion<keyof A> extends true
    ? { [S in keyof A]: { status: S; body: BodyOf<A[S]> } }[keyof A]
    : BodyOf<A[keyof A]>;

/** An answer without a body accepts anything from the handler. */
type BodyOf<S> = S extends z.ZodType<infer T> ? T : S extends Media ? Response : unknown;

type IsUnion<T, U = T> = [T] extends [never] ? false : T extends U ? ([U] extends [T] ? false : true) : never;

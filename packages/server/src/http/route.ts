/** One call of the API, declared: what it takes, who may make it, what it answers, and what it does. */
import type { IncomingMessage } from 'node:http';
import type { ErrorCode, Registration, TokenScope } from '@banter/protocol';
import type { z } from 'zod';
import type { Caller } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import type { RateKind } from '../chat/limits/rate-limits.ts';
import type { FollowRequest } from '../doors/following.ts';
import type { ApiDescription } from './api-description.ts';
import type { HttpContext } from './context.ts';
import type { EventForm } from './event-stream.ts';
import type { ParamsOf } from './params.ts';

/** `public`: no sign-in; then `rate` is taken from the address's bucket before anything is read. */
export type Access = { who: 'public'; rate?: RateKind } | SignedIn;

type SignedIn = {
  who: 'signed-in';
  /** What a token must be good for to make the call. */
  scope: TokenScope;
  /**
   * For a call that is about no one room: a token for one room may make it too, because it tells and does nothing of
   * others, or chat leaves them out. Without it such a token is refused.
   */
  withRoomToken?: true;
  /** A ticket in the URL will do too, where a browser cannot send a header. */
  takesTicket?: true;
};

/** A request's body; `T` is what the handler gets. */
export type Body<T = unknown> = {
  schema: z.ZodType<T>;
  /** The call may come without a body: then it is as if {} had come. */
  isOptional?: true;
  /** The field that a text/plain body alone stands for. */
  textField?: string;
};

/** The answers that are no refusal, by status: the schema of their JSON, other media, or null for no body. */
export type Answers = Record<number, z.ZodType | Media | null>;

/** An answer of one of these media types, which the handler gives as a whole Response. */
export type Media = { mediaTypes: readonly string[] };

/** What the server is, for those calls that tell of it. */
export type ServerFacts = {
  /** What the server is called: its public host, or else the host it was asked for. */
  name: string | null;
  registration: Registration;
  /** Why it cannot serve, or null: asks the store, and knows whether the server is stopping. */
  whyNotReady: () => Promise<string | null>;
};

/** What handlers work with. */
export type RouteDeps = {
  chat: Chat;
  facts: ServerFacts;
  /** Whether a browser's page may use the cookie: its Origin is one of ours. */
  allowsOrigin: (request: IncomingMessage) => boolean;
  /** The description of all calls. */
  describe: () => ApiDescription;
  /** Has a room's events follow the head of the response. */
  follow: (c: HttpContext, form: EventForm, request: FollowRequest) => void;
};

/** What a handler gets: everything read and checked. */
export type Call<P extends string, Q, B, W extends Access['who']> = RouteDeps & {
  c: HttpContext;
  caller: W extends 'signed-in' ? Caller : undefined;
  /** When the caller's token expires (epoch milliseconds), as Admission has it; null where nobody signs in. */
  expiresAt: number | null;
  params: ParamsOf<P>;
  query: Q;
  body: B;
};

/** A row of the table. Refusals that follow from it (no sign-in, a wrong body, …) need not stand in `errors`. */
export type RouteRow<P extends string, Q, B, A extends Answers, W extends Access['who']> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /v1, with parameters that params.ts knows: `/rooms/{roomId}`. */
  path: P;
  /** What it does, for the description of the API. */
  summary: string;
  /** Headers that mean something to this call, by what they mean. */
  headers?: Record<string, string>;
  /** Without one, a query is not looked at. */
  query?: z.ZodType<Q>;
  body?: Body<B>;
  answers: A;
  /** The refusals that are this call's own. */
  errors?: readonly ErrorCode[];
  handle(call: Call<P, Q, B, W>): Result<A> | Promise<Result<A>>;
} & Extract<Access, { who: W }>;

/** Any row. */
export type Route = RouteRow<string, unknown, unknown, Answers, Access['who']>;

/** A row, with its handler's types taken from what it declares. */
export function route<
  const P extends string,
  Q = undefined,
  B = undefined,
  A extends Answers = Answers,
  W extends Access['who'] = Access['who'],
>(row: RouteRow<P, Q, B, A, W>): Route {
  // The mount reads params, query and body by this same row: the handler gets what it declares.
  return row as unknown as Route;
}

export function json<T>(schema: z.ZodType<T>): Body<T> {
  return { schema };
}

export function optionalJson<T>(schema: z.ZodType<T>): Body<T> {
  return { schema, isOptional: true };
}

/** JSON, or as text/plain the value of one field alone. */
export function jsonOrText<T>(schema: z.ZodType<T>, textField: string & keyof T): Body<T> {
  return { schema, textField };
}

export function media(...mediaTypes: string[]): Media {
  return { mediaTypes };
}

/** The answer of a call that declares several. */
export function answer<const S extends number, const T>(status: S, body: T): { status: S; body: T } {
  return { status, body };
}

/** The body itself where there is one possible answer; with its status where there are several. */
type Result<A extends Answers> =
  IsUnion<keyof A> extends true
    ? { [S in keyof A]: { status: S; body: BodyOf<A[S]> } }[keyof A]
    : BodyOf<A[keyof A]>;

/** Where nothing is written, it does not matter what the handler gives. */
type BodyOf<S> = S extends z.ZodType<infer T> ? T : S extends Media ? Response : unknown;

type IsUnion<T, U = T> = [T] extends [never] ? false : T extends U ? ([U] extends [T] ? false : true) : never;

/** The one exit for errors: any of them becomes application/problem+json (RFC 9457). */
import { ChatError, ERRORS, type ErrorCode, type FieldError } from '@banter/protocol';
import type { ErrorHandler, NotFoundHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { HttpContext, HttpEnv } from './context.ts';

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ErrorCode;
  requestId: string;
  retryAfterMs?: number;
  errors?: FieldError[];
};

/** Answers a thrown error. What is no ChatError is reported with the request's id and shown as `internal`. */
export function answerProblem(onFailure: (error: unknown, requestId: string) => void): ErrorHandler<HttpEnv> {
  return (error, c) => {
    const { requestId } = c.get('peer');
    if (error instanceof ChatError) {
      if (error.code === 'internal') onFailure(error, requestId);
      return answer(c, error);
    }
    onFailure(error, requestId);
    return answer(c, new ChatError('internal'));
  };
}

export const notFound: NotFoundHandler<HttpEnv> = (c) =>
  answer(c, new ChatError('not_found', `there is nothing at ${c.req.method} ${c.req.path}`));

function answer(c: HttpContext, error: ChatError): Response {
  const problem = toProblem(error, c.get('peer').requestId);
  if (error.retryAfterMs !== undefined)
    c.header('Retry-After', String(Math.ceil(error.retryAfterMs / 1_000)));
  if (error.code === 'unauthenticated') c.header('WWW-Authenticate', 'Bearer');
  // What is left of a body that was too large is not read.
  if (error.code === 'too_large') c.header('Connection', 'close');
  return c.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'Content-Type': 'application/problem+json',
  });
}

function toProblem({ code, message, retryAfterMs, fields }: ChatError, requestId: string): Problem {
  const { title, status } = ERRORS[code];
  return {
    type: `urn:banter:error:${code}`,
    title,
    status,
    detail: message,
    code,
    requestId,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(fields ? { errors: fields } : {}),
  };
}

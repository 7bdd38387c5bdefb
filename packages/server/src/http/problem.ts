/** The only exit for errors: each becomes an application/problem+json response (RFC 9457). */
import {
  ChatError,
  ERROR_STATUSES,
  ERRORS,
  type ErrorCode,
  encodeJson,
  type FieldError,
} from '@banter/protocol';
import type { ErrorHandler, NotFoundHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { UPGRADE_HEADERS } from '../doors/upgrade-required.ts';
import type { HttpContext, HttpEnv } from './context.ts';

/** The body of an error response. */
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

/** Creates the handler of thrown errors. An unexpected one is reported with its request id, and shown as `internal`. */
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

/** A browser shows this for an address without a page. Its policy allows no style here, so the elements give the look. */
const NO_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>No such page</title>
<h1><samp>No such page</samp></h1>
<p><samp>There is nothing at this address. <a href="/">Open the chat</a></samp></p>
</html>
`;

/** Answers a path that has no route: in HTML to a browser that opens it, in JSON to others and under the API's path. */
export const notFound: NotFoundHandler<HttpEnv> = (c) => {
  c.header('Vary', 'Accept');
  const isOpened = c.req.method === 'GET' && !c.req.path.startsWith('/v1/');
  if (isOpened && /\btext\/html\b/i.test(c.req.header('Accept') ?? '')) return c.html(NO_PAGE, 404);
  return answer(c, new ChatError('not_found', `no such endpoint: ${c.req.method} ${c.req.path}`));
};

function answer(c: HttpContext, error: ChatError): Response {
  const problem = toProblem(error, c.get('peer').requestId);
  if (error.retryAfterMs !== undefined)
    c.header('Retry-After', String(Math.ceil(error.retryAfterMs / 1_000)));
  if (error.code === 'unauthenticated') c.header('WWW-Authenticate', 'Bearer');
  if (error.code === 'upgrade_required')
    for (const [name, value] of Object.entries(UPGRADE_HEADERS)) c.header(name, value);
  // The rest of a body that is too large stays unread, so this connection cannot carry another request.
  if (error.code === 'too_large') c.header('Connection', 'close');
  return c.body(encodeJson(problem), problem.status as ContentfulStatusCode, {
    'Content-Type': 'application/problem+json',
  });
}

/** Returns an error as the body of a response. */
export function toProblem({ code, message, retryAfterMs, fields }: ChatError, requestId: string): Problem {
  const { title } = ERRORS[code];
  const status = ERROR_STATUSES[code];
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

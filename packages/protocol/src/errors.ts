/** The closed table of errors: what a refused command or request is called, on every door. */

type ErrorRow = { status: number; title: string; retryable: boolean };

/** `retryable`: the same command may be tried again with the same id. */
export const ERRORS = {
  invalid: { status: 400, title: 'The request is not valid', retryable: false },
  unauthenticated: { status: 401, title: 'Sign in first', retryable: false },
  forbidden: { status: 403, title: 'This is not allowed', retryable: false },
  not_member: { status: 403, title: 'Only members of the room may do this', retryable: false },
  muted: { status: 403, title: 'You are muted in this room', retryable: false },
  not_found: { status: 404, title: 'There is no such thing', retryable: false },
  conflict: { status: 409, title: 'This is taken or already done', retryable: false },
  idempotency_conflict: { status: 409, title: 'This id was used for another content', retryable: false },
  order_gap: { status: 409, title: 'An earlier send was refused: repeat that one first', retryable: true },
  too_large: { status: 413, title: 'This is too large', retryable: false },
  rate_limited: { status: 429, title: 'Too many at once: slow down', retryable: true },
  internal: { status: 500, title: 'Something went wrong on the server', retryable: false },
  overloaded: { status: 503, title: 'The server has too much to do', retryable: true },
  unavailable: { status: 503, title: 'The store cannot be reached', retryable: true },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

/** One wrong field of a request, for `errors[]` of a problem. */
export type FieldError = { field: string; message: string };

export type ChatErrorOptions = {
  /** Milliseconds after which a repeat makes sense. */
  retryAfterMs?: number;
  fields?: FieldError[];
  cause?: unknown;
};

/** An expected failure: thrown anywhere, turned into a wire's own form by each door in one place. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly fields: FieldError[] | undefined;

  /** @param detail what is wrong and what to do, for the person; the code's title by default. */
  constructor(code: ErrorCode, detail: string = ERRORS[code].title, options: ChatErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ChatError';
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.fields = options.fields;
  }
}

/** Whether `value` is a code of the table. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERRORS, value);
}

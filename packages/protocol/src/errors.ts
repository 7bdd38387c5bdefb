/** The closed table of errors. Every door reports a rejected command or request with one of these codes. */

type ErrorRow = { status: number; title: string; retryable: boolean };

/**
 * Every error code, with its HTTP status and its title. `retryable`: the client may send the same command again with the
 * same id. docs/protocol.md repeats this table.
 */
export const ERRORS = {
  invalid: { status: 400, title: 'The request is invalid', retryable: false },
  unauthenticated: { status: 401, title: 'Sign in first', retryable: false },
  forbidden: { status: 403, title: 'You are not allowed to do this', retryable: false },
  not_member: { status: 403, title: 'You are not a member of this room', retryable: false },
  muted: { status: 403, title: 'You are muted in this room', retryable: false },
  not_found: { status: 404, title: 'Not found', retryable: false },
  conflict: { status: 409, title: 'This conflicts with the current state', retryable: false },
  idempotency_conflict: {
    status: 409,
    title: 'This id was already used for other content',
    retryable: false,
  },
  order_gap: {
    status: 409,
    title: 'An earlier send was rejected: send that one again first',
    retryable: true,
  },
  too_large: { status: 413, title: 'The request is too large', retryable: false },
  unsupported_media_type: { status: 415, title: 'This type of content is not accepted', retryable: false },
  upgrade_required: { status: 426, title: 'This address needs a WebSocket', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests: wait, then try again', retryable: true },
  quota_exceeded: {
    status: 429,
    title: 'You have stored as much as one person may on one day: try again tomorrow',
    // A repeat may have been stored before, so its refusal must not be the last word [S3].
    retryable: true,
  },
  internal: { status: 500, title: 'Something went wrong on the server', retryable: false },
  overloaded: { status: 503, title: 'The server is too busy: try again shortly', retryable: true },
  unavailable: {
    status: 503,
    title: 'The server cannot reach its database: try again shortly',
    retryable: true,
  },
} as const satisfies Record<string, ErrorRow>;

/** A code of ERRORS. */
export type ErrorCode = keyof typeof ERRORS;

/** One invalid field of a request, for `errors[]` of a problem. */
export type FieldError = { field: string; message: string };

/** The optional parts of a ChatError. */
export type ChatErrorOptions = {
  /** How long the client should wait before it tries again. */
  retryAfterMs?: number;
  fields?: FieldError[];
  cause?: unknown;
};

/** An expected failure. Any part may throw it; each door translates it into its own wire format in one place. */
export class ChatError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly fields: FieldError[] | undefined;

  /** @param detail tells the person what is wrong and what to do; the code's title by default. */
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

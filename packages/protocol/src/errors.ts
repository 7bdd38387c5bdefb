/** The closed table of errors. Every door reports a rejected command or request with one of these codes. */

type ErrorRow = { title: string; retryable: boolean };

/**
 * Every error code, with its title. `retryable`: the client may send the same command again with the
 * same id. docs/protocol.md repeats this table.
 */
export const ERRORS = {
  invalid: { title: 'The request is invalid', retryable: false },
  unauthenticated: { title: 'Sign in first', retryable: false },
  forbidden: { title: 'You are not allowed to do this', retryable: false },
  not_member: { title: 'You are not a member of this room', retryable: false },
  muted: { title: 'You are muted in this room', retryable: false },
  not_found: { title: 'Not found', retryable: false },
  conflict: { title: 'This conflicts with the current state', retryable: false },
  idempotency_conflict: {
    title: 'This id was already used for other content',
    retryable: false,
  },
  order_gap: {
    title: 'An earlier send was rejected: send that one again first',
    retryable: true,
  },
  too_large: { title: 'The request is too large', retryable: false },
  unsupported_media_type: { title: 'This type of content is not accepted', retryable: false },
  upgrade_required: { title: 'This address needs a WebSocket', retryable: false },
  rate_limited: { title: 'Too many requests: wait, then try again', retryable: true },
  quota_exceeded: {
    title: 'You have stored as much as one person may on one day: try again tomorrow',
    // An earlier send of the same id may still be on its way to the store, so this is not the last word [S3].
    retryable: true,
  },
  internal: { title: 'Something went wrong on the server', retryable: false },
  overloaded: { title: 'The server is too busy: try again shortly', retryable: true },
  unavailable: {
    title: 'The server cannot reach its database: try again shortly',
    retryable: true,
  },
} as const satisfies Record<string, ErrorRow>;

/** A code of ERRORS. */
export type ErrorCode = keyof typeof ERRORS;

/** The HTTP status of each error. Only servers read this table. */
export const ERROR_STATUSES: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_member: 403,
  muted: 403,
  not_found: 404,
  conflict: 409,
  idempotency_conflict: 409,
  order_gap: 409,
  too_large: 413,
  unsupported_media_type: 415,
  upgrade_required: 426,
  rate_limited: 429,
  quota_exceeded: 429,
  internal: 500,
  overloaded: 503,
  unavailable: 503,
};

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

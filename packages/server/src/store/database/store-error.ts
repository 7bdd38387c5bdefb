/** What PostgreSQL's and the line's failures are called above the store. */

import { ChatError } from '@banter/protocol';
import pg from 'pg';
import { DeadlineError } from './deadline.ts';

/** How long a client may wait before it tries a refused command again. */
const RETRY_AFTER_MS = 1_000;
const UNIQUE_VIOLATION = '23505';
const QUERY_CANCELED = '57014';

/** SQLSTATEs that end the connection: connection trouble, a session timed out, the server shut down or crashed. */
const LINE_LOST = /^(08...|25P0[34]|57P0.)$/;
/** SQLSTATEs of a server that is read-only, overrun, out of something, or that cancelled or undid the statement. */
const REFUSED_FOR_NOW = /^(25006|40001|40P01|53...|55P03|57014|58...)$/;
/** What Node and the driver call a line that broke. */
const SYSTEM_ERROR = /^(E[A-Z]{3,}|ERR_(SOCKET|STREAM|SSL|TLS)_\w+)$/;
const DRIVER_ERROR = /^(Connection terminated|Client was closed|Client has encountered|timeout e)/;
/** Where PostgreSQL notices that a migration changed the columns of a prepared statement. */
const STALE_PLAN_ROUTINE = 'RevalidateCachedQuery';

/** No connection could be had, for whatever reason: nothing was sent. */
export class ConnectError extends Error {
  constructor(cause: unknown) {
    super('no connection to PostgreSQL', { cause });
    this.name = 'ConnectError';
  }
}

/** The line broke, or was given up, while a statement was under way. */
export class ConnectionLostError extends Error {
  /** Whether that statement, unknown to us, may have committed. */
  readonly mayBeCommitted: boolean;

  constructor(cause: unknown, mayBeCommitted: boolean) {
    super('the line to PostgreSQL was lost', { cause });
    this.name = 'ConnectionLostError';
    this.mayBeCommitted = mayBeCommitted;
  }
}

class UnknownOutcomeError extends ChatError {}

/** Whether `error` says that a unique constraint (that one, when named) was violated. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) return false;
  return constraint === undefined || error.constraint === constraint;
}

/**
 * Whether the statement or transaction that failed with `error` may have been committed all the same [S3].
 * False means that it certainly had no effect (unless its caller's own signal aborted it).
 */
export function isUnknownOutcome(error: unknown): boolean {
  return error instanceof UnknownOutcomeError;
}

/** Whether a statement failed because its time was over. */
export function isTimeout(error: unknown): boolean {
  const cause = error instanceof ChatError ? error.cause : undefined;
  return (
    cause instanceof DeadlineError || (cause instanceof pg.DatabaseError && cause.code === QUERY_CANCELED)
  );
}

/** Whether a statement's failure means that its connection is gone. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return LINE_LOST.test(error.code ?? '');
  return isSystemError(error);
}

/** Whether a connection that still lives must not be used again after `error`. */
export function breaksConnection(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === QUERY_CANCELED || isStalePlan(error));
}

/** What is thrown to the caller for `error`: the same, the reason its signal gave, or `unavailable` with its cause. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof ConnectError) return unavailable(error.cause);
  if (!(error instanceof ConnectionLostError)) return isUnavailable(error) ? unavailable(error) : error;
  if (!isUnavailable(error.cause)) return error.cause;
  return unavailable(error.cause, error.mayBeCommitted);
}

function unavailable(cause: unknown, mayBeCommitted = false): ChatError {
  const Kind = mayBeCommitted ? UnknownOutcomeError : ChatError;
  return new Kind('unavailable', undefined, { cause, retryAfterMs: RETRY_AFTER_MS });
}

function isUnavailable(error: unknown): boolean {
  if (error instanceof DeadlineError || isConnectionLost(error)) return true;
  if (!(error instanceof pg.DatabaseError)) return false;
  return REFUSED_FOR_NOW.test(error.code ?? '') || isStalePlan(error);
}

function isStalePlan(error: pg.DatabaseError): boolean {
  return error.routine === STALE_PLAN_ROUTINE;
}

function isSystemError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ChatError) return false;
  const code = 'code' in error ? String(error.code) : '';
  return SYSTEM_ERROR.test(code) || DRIVER_ERROR.test(error.message);
}

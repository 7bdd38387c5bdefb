/** Turns failures of PostgreSQL and of its connections into the store's errors. */

import { ChatError } from '@banter/protocol';
import pg from 'pg';
import { DeadlineError } from './deadline.ts';

/** How long a client should wait before it retries. */
const RETRY_AFTER_MS = 1_000;
const UNIQUE_VIOLATION = '23505';
const QUERY_CANCELED = '57014';

/** SQLSTATEs that end the connection: it failed, its session timed out, or the server shut down or crashed. */
const CONNECTION_LOST = /^(08...|25P0[34]|57P0.)$/;
/**
 * SQLSTATEs of a statement that may succeed later: the server is read-only, overloaded or out of a resource, or it
 * cancelled the statement or rolled it back.
 */
const TEMPORARY = /^(25006|40001|40P01|53...|55P03|57014|58...)$/;
/** Codes and messages with which Node and the driver report a broken connection. */
const SYSTEM_ERROR = /^(E[A-Z]{3,}|ERR_(SOCKET|STREAM|SSL|TLS)_\w+)$/;
const DRIVER_ERROR = /^(Connection terminated|Client was closed|Client has encountered|timeout e)/;
/** The routine in which PostgreSQL notices that a migration changed the columns of a prepared statement. */
const STALE_PLAN_ROUTINE = 'RevalidateCachedQuery';

/** No connection could be opened, so nothing was sent. */
export class ConnectError extends Error {
  /** @param cause why. */
  constructor(cause: unknown) {
    super('no connection to PostgreSQL', { cause });
    this.name = 'ConnectError';
  }
}

/** The connection broke or was given up while a statement was under way. */
export class ConnectionLostError extends Error {
  /** Whether the statement may have committed before that. */
  readonly mayBeCommitted: boolean;

  /** @param cause why; a signal's reason if the connection was given up. */
  constructor(cause: unknown, mayBeCommitted: boolean) {
    super('the connection to PostgreSQL was lost', { cause });
    this.name = 'ConnectionLostError';
    this.mayBeCommitted = mayBeCommitted;
  }
}

class UnknownOutcomeError extends ChatError {}

/** Whether `error` reports a violated unique constraint: this one, or any if none is named. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (!(error instanceof pg.DatabaseError) || error.code !== UNIQUE_VIOLATION) return false;
  return constraint === undefined || error.constraint === constraint;
}

/**
 * Whether a statement or transaction that failed with `error` may have committed anyway [S3]. False means that it
 * certainly had no effect, unless its caller's own signal aborted it.
 */
export function isUnknownOutcome(error: unknown): boolean {
  return error instanceof UnknownOutcomeError;
}

/** Whether a statement failed because it timed out. */
export function isTimeout(error: unknown): boolean {
  const cause = error instanceof ChatError ? error.cause : undefined;
  return (
    cause instanceof DeadlineError || (cause instanceof pg.DatabaseError && cause.code === QUERY_CANCELED)
  );
}

/** Whether a statement failed because its connection was lost. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return CONNECTION_LOST.test(error.code ?? '');
  return isSystemError(error);
}

/** Whether a connection that is still open must not be used again after `error`. */
export function breaksConnection(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === QUERY_CANCELED || isStalePlan(error));
}

/** Returns the error to throw to the caller: `error` itself, the reason of the caller's signal, or `unavailable`. */
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
  return TEMPORARY.test(error.code ?? '') || isStalePlan(error);
}

function isStalePlan(error: pg.DatabaseError): boolean {
  return error.routine === STALE_PLAN_ROUTINE;
}

function isSystemError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof ChatError) return false;
  const code = 'code' in error ? String(error.code) : '';
  return SYSTEM_ERROR.test(code) || DRIVER_ERROR.test(error.message);
}

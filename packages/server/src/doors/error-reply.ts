/** The one exit for errors on an open link. */
import { ChatError, type ErrorReply } from '@banter/protocol';

/** Whether something went wrong here, which the log must tell of, and not only for the peer. */
export function isFault(thrown: unknown): boolean {
  return !(thrown instanceof ChatError) || thrown.code === 'internal';
}

/** Any thrown thing as an `error` event; what is no ChatError is shown as `internal`. */
export function toErrorReply(thrown: unknown, id?: string): ErrorReply {
  const error = thrown instanceof ChatError ? thrown : new ChatError('internal');
  const { code, message, retryAfterMs } = error;
  return {
    type: 'error',
    ...(id === undefined ? {} : { id }),
    code,
    message,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

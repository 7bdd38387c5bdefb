/** The only exit for errors on an open link. */
import { ChatError, type ErrorReply } from '@banter/protocol';
import type { Connection } from '../hub/connection.ts';
import type { Hub } from '../hub/hub.ts';

/** Called with each fault of the server, and the id of the request that ran into it. */
export type OnFailure = (error: unknown, requestId: string | undefined) => void;

/** The request that failed, and the id of its command, if it has one. */
export type FailedRequest = { requestId: string | undefined; id?: string | undefined };

/** Answers with an error. Reports it to the log if it is a fault of the server. */
export function replyError(
  { hub, onFailure }: { hub: Pick<Hub, 'send'>; onFailure: OnFailure },
  connection: Connection,
  thrown: unknown,
  { requestId, id }: FailedRequest,
): void {
  if (isFault(thrown)) onFailure(thrown, requestId);
  hub.send(connection, toErrorReply(thrown, id));
}

/** Whether an error is a fault of the server, which the log must report, and not only the peer's. */
export function isFault(thrown: unknown): boolean {
  return !(thrown instanceof ChatError) || thrown.code === 'internal';
}

/** Returns an error as an `error` event. Anything but a ChatError is shown as `internal`. */
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

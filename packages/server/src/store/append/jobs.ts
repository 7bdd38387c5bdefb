/** A lane's jobs: messages and acts with the promises of their callers. */
import type { ChatError } from '@banter/protocol';
import type { OrderTicket } from './order-gate.ts';
import type { AppendResult, ChangeResult, NewChange, NewMessage } from './types.ts';

type JobOf<Kind, Result> = {
  kind: Kind;
  /** Milliseconds on the monotonic clock. */
  arrivedAt: number;
  /** The job's share of a batch, in bytes. */
  bytes: number;
  resolve: (result: Result) => void;
  reject: (error: ChatError) => void;
};

/** A message to store. `ticket`: its place in its connection's order, if it came over a socket. */
export type MessageJob = JobOf<'message', AppendResult> & {
  message: NewMessage;
  ticket: OrderTicket | undefined;
};

/** An act to store. */
export type ChangeJob = JobOf<'change', ChangeResult> & { change: NewChange };

/** Something that waits in a lane or is being stored. */
export type Job = MessageJob | ChangeJob;

/** Rejects a job. If a message may be retried, later sends of its connection to the room now wait for it [S4]. */
export function rejectJob(job: Job, error: ChatError): void {
  if (job.kind === 'message') job.ticket?.gate.recordRejection(job.ticket, error);
  job.reject(error);
}

/** The closed table of close codes: why a connection ended, and what its client does next. */

/**
 * A client's reaction to a close. `resume`: reconnect with its last seqs. `renew`: get a new access token, then resume.
 * `stop`: do not reconnect; a person must act first.
 */
export type CloseReaction = 'resume' | 'renew' | 'stop';

type CloseRow = { code: number; reaction: CloseReaction };

/** Every code with which the server closes a socket or a stream of events. docs/protocol.md repeats this table. */
export const CLOSES = {
  going_away: { code: 1001, reaction: 'resume' },
  too_large: { code: 1009, reaction: 'stop' },
  slow_reader: { code: 4000, reaction: 'resume' },
  no_heartbeat: { code: 4001, reaction: 'resume' },
  interrupted: { code: 4002, reaction: 'resume' },
  token_expired: { code: 4100, reaction: 'renew' },
  no_hello: { code: 4101, reaction: 'renew' },
  session_ended: { code: 4200, reaction: 'stop' },
  removed: { code: 4201, reaction: 'stop' },
  protocol_error: { code: 4202, reaction: 'stop' },
  banned: { code: 4203, reaction: 'stop' },
} as const satisfies Record<string, CloseRow>;

/** The name of a row of CLOSES. */
export type CloseName = keyof typeof CLOSES;

const REACTIONS = new Map<number, CloseReaction>(
  Object.values(CLOSES).map((row) => [row.code, row.reaction]),
);

/** The meanings of the codes, sent as the close frame's reason: ASCII, at most 123 bytes. Only servers read this table. */
export const CLOSE_MEANINGS: Readonly<Record<CloseName, string>> = {
  going_away: 'server stopping: reconnect and resume',
  too_large: 'frame too large',
  slow_reader: 'reading too slowly: reconnect and resume',
  no_heartbeat: 'no sign of life after a ping: reconnect and resume',
  interrupted: 'server cannot continue this connection: reconnect and resume',
  token_expired: 'access token expired or invalid: get a new one and resume',
  no_hello: 'no valid hello in time',
  session_ended: 'session ended: sign in again',
  removed: 'no longer a member of this room',
  protocol_error: 'too many invalid frames',
  banned: 'this address is banned from the server',
};

/** Returns what a client does after `code`. A code outside the table, such as 1006 for a broken line, is resumed. */
export function reactionTo(code: number): CloseReaction {
  return REACTIONS.get(code) ?? 'resume';
}

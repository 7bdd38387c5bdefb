/** The closed table of close codes: why a connection ended, and what its client does next. */

/**
 * A client's reaction to a close. `resume`: reconnect with its last seqs. `renew`: get a new access token, then resume.
 * `stop`: do not reconnect; a person must act first.
 */
export type CloseReaction = 'resume' | 'renew' | 'stop';

/** `meaning` is sent as the close frame's reason: ASCII, at most 123 bytes. */
type CloseRow = { code: number; reaction: CloseReaction; meaning: string };

/** Every code with which the server closes a socket or a stream of events. docs/protocol.md repeats this table. */
export const CLOSES = {
  going_away: { code: 1001, reaction: 'resume', meaning: 'server stopping: reconnect and resume' },
  too_large: { code: 1009, reaction: 'stop', meaning: 'frame too large' },
  slow_reader: { code: 4000, reaction: 'resume', meaning: 'reading too slowly: reconnect and resume' },
  no_heartbeat: {
    code: 4001,
    reaction: 'resume',
    meaning: 'no sign of life after a ping: reconnect and resume',
  },
  interrupted: {
    code: 4002,
    reaction: 'resume',
    meaning: 'server cannot continue this connection: reconnect and resume',
  },
  token_expired: {
    code: 4100,
    reaction: 'renew',
    meaning: 'access token expired or invalid: get a new one and resume',
  },
  no_hello: { code: 4101, reaction: 'renew', meaning: 'no valid hello in time' },
  session_ended: { code: 4200, reaction: 'stop', meaning: 'session ended: sign in again' },
  removed: { code: 4201, reaction: 'stop', meaning: 'no longer a member of this room' },
  protocol_error: { code: 4202, reaction: 'stop', meaning: 'too many invalid frames' },
  banned: { code: 4203, reaction: 'stop', meaning: 'this address is banned from the server' },
} as const satisfies Record<string, CloseRow>;

/** The name of a row of CLOSES. */
export type CloseName = keyof typeof CLOSES;

const REACTIONS = new Map<number, CloseReaction>(
  Object.values(CLOSES).map((row) => [row.code, row.reaction]),
);

/** Returns what a client does after `code`. A code outside the table, such as 1006 for a broken line, is resumed. */
export function reactionTo(code: number): CloseReaction {
  return REACTIONS.get(code) ?? 'resume';
}

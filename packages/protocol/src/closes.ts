/** The closed table of close codes: why a connection ended, and what its client does next. */

/** `resume`: come back with the last seq; `renew`: get a new access token, then resume; `stop`: a person must act. */
export type CloseReaction = 'resume' | 'renew' | 'stop';

type CloseRow = { code: number; reaction: CloseReaction; meaning: string };

export const CLOSES = {
  going_away: { code: 1001, reaction: 'resume', meaning: 'going away, resume' },
  too_large: { code: 1009, reaction: 'stop', meaning: 'frame too large' },
  slow_reader: { code: 4000, reaction: 'resume', meaning: 'slow, resume' },
  no_heartbeat: { code: 4001, reaction: 'resume', meaning: 'no heartbeat, resume' },
  interrupted: { code: 4002, reaction: 'resume', meaning: 'restarting, resume' },
  token_expired: { code: 4100, reaction: 'renew', meaning: 'token expired, get a new one and resume' },
  no_hello: { code: 4101, reaction: 'renew', meaning: 'no valid hello in time' },
  session_ended: { code: 4200, reaction: 'stop', meaning: 'session ended, sign in' },
  removed: { code: 4201, reaction: 'stop', meaning: 'removed from the room' },
  protocol_error: { code: 4202, reaction: 'stop', meaning: 'protocol error' },
} as const satisfies Record<string, CloseRow>;

export type CloseName = keyof typeof CLOSES;

const REACTIONS = new Map<number, CloseReaction>(
  Object.values(CLOSES).map((row) => [row.code, row.reaction]),
);

/** What a client does after `code`; a code outside the table (a cut line: 1006) is resumed. */
export function reactionTo(code: number): CloseReaction {
  return REACTIONS.get(code) ?? 'resume';
}

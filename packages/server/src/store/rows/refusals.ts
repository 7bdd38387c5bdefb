/** Turns the outcomes of SQL functions into errors. */
import { ChatError, type ErrorCode, REACTION_KINDS_MAX } from '@banter/protocol';

/** Returns the error for the outcome of a function that rejected its caller. An unknown outcome is `internal`. */
export function refusal(outcome: string, retryAfterMs?: number): ChatError {
  const [code, detail] = REFUSALS[outcome] ?? ['internal'];
  return new ChatError(code, detail, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** Returns whether an act changed anything: true for `done`, false for `unchanged`. @throws ChatError for all others. */
export function checkDone(outcome = ''): boolean {
  if (outcome === 'done' || outcome === 'unchanged') return outcome === 'done';
  throw refusal(outcome);
}

/** The same text for every reason, so that nobody can learn from it which codes exist. */
export const NO_INVITATION = 'there is no such invitation, or it is no longer valid: ask for a new one';

/** For each outcome: the code, and the detail if the code's own text does not suffice. */
const REFUSALS: Record<string, [ErrorCode, string?]> = {
  id_conflict: ['idempotency_conflict'],
  conflict: ['conflict', 'a room has this name already'],
  not_found: ['not_found', 'there is no such room'],
  not_member: ['not_member', 'join the room first'],
  no_invitation: ['not_found', NO_INVITATION],
  no_target: ['invalid', 'replyTo must be the seq of a message in this room'],
  forbidden: ['forbidden', 'your role in this room does not allow this'],
  not_author: ['forbidden', 'only the author can edit a message'],
  archived: ['forbidden', 'the room is archived: its owners can restore it'],
  muted: ['muted', 'you are muted in this room'],
  banned: ['forbidden', 'you are banned from this room'],
  target_banned: ['conflict', 'this person is banned from the room: lift the ban first'],
  waiting: ['forbidden', 'nobody has accepted this conversation yet: wait for an answer'],
  no_request: ['not_found', 'there is no such request'],
  needs_consent: ['conflict', 'this person can only be asked into the room: try again to ask'],
  too_many_requests: ['conflict', 'too many of your requests wait for an answer: withdraw one or wait'],
  too_many_waiting: ['conflict', 'too many requests wait for this person: try again another day'],
  last_owner: ['conflict', 'you are the last owner: make another member an owner first'],
  no_owner: ['conflict', 'the room is empty: the first member added must be an owner'],
  target_last_owner: ['conflict', 'this person is the last owner: make another member an owner first'],
  no_report: ['not_found', 'there is no such report'],
  no_moderators: ['forbidden', 'a direct room has no moderators: contact an administrator of this server'],
  too_many_reports: [
    'conflict',
    'you have too many open reports in this room: wait until moderators close some',
  ],
  no_message: ['not_found', 'there is no such message'],
  too_many_kinds: ['conflict', `a message can have at most ${REACTION_KINDS_MAX} kinds of reactions`],
  slow: ['rate_limited', 'the room is in slow mode: wait before your next message'],
  not_administrator: ['forbidden', 'only administrators of this server may do this'],
  no_account: ['not_found', 'there is no such person'],
  self: ['conflict', 'you cannot disable your own account: ask another administrator'],
  last_administrator: [
    'conflict',
    'this is the last administrator: make another account an administrator first',
  ],
  too_many_bans: ['conflict', 'there are too many address bans: lift some first, or ban wider ranges'],
};

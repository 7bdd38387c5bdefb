/** What the words mean with which the acts of the store refuse. */
import { ChatError, type ErrorCode, REACTION_KINDS_MAX } from '@banter/protocol';

/** The error for an act's outcome; `internal` for a word that has none. */
export function refusal(outcome: string, retryAfterMs?: number): ChatError {
  const [code, detail] = REFUSALS[outcome] ?? ['internal'];
  return new ChatError(code, detail, retryAfterMs === undefined ? {} : { retryAfterMs });
}

/** Whether an act was done; false where there was nothing to do. @throws ChatError where it was refused. */
export function checkDone(outcome = ''): boolean {
  if (outcome === 'done' || outcome === 'unchanged') return outcome === 'done';
  throw refusal(outcome);
}

/** The same whatever is the matter with it. */
export const NO_INVITATION = 'there is no such invitation, or it is no longer good: ask for a new one';

const REFUSALS: Record<string, [ErrorCode, string?]> = {
  id_conflict: ['idempotency_conflict'],
  conflict: ['conflict', 'a room has this name already'],
  not_found: ['not_found', 'there is no such room'],
  not_member: ['not_member', 'join the room first'],
  no_invitation: ['not_found', NO_INVITATION],
  no_target: ['invalid', 'replyTo must be the seq of a message in this room'],
  forbidden: ['forbidden', 'your role in this room does not allow this'],
  not_author: ['forbidden', 'only who wrote a message can give it another text'],
  archived: ['forbidden', 'the room is archived: its owners can restore it'],
  muted: ['muted', 'you are muted in this room for now'],
  banned: ['forbidden', 'you are banned from this room'],
  target_banned: ['conflict', 'this person is banned from the room: lift the ban first'],
  direct: ['forbidden', 'a direct room is its people’s for good: it cannot be left'],
  last_owner: ['conflict', 'you are the last owner: make somebody else an owner first'],
  no_owner: ['conflict', 'nobody is in this room: the first to be added must be its owner'],
  target_last_owner: ['conflict', 'this person is the last owner: make somebody else an owner first'],
  no_report: ['not_found', 'there is no such report'],
  no_moderators: ['forbidden', 'a direct room has no moderators: tell an administrator of the server'],
  too_many_reports: [
    'conflict',
    'the moderators have enough reports of yours: wait until they have closed some',
  ],
  no_message: ['not_found', 'there is no such message'],
  too_many_kinds: ['conflict', `a message takes ${REACTION_KINDS_MAX} kinds of reactions`],
  slow: ['rate_limited', 'the room is in slow mode'],
  not_administrator: ['forbidden', 'only administrators of this server may do this'],
  no_account: ['not_found', 'there is no such person'],
  self: ['conflict', 'you cannot disable yourself: another administrator can'],
  last_administrator: ['conflict', 'this is the last administrator: make somebody else one first'],
  too_many_bans: ['conflict', 'there are too many bans of addresses: lift some first, or ban wider ranges'],
};

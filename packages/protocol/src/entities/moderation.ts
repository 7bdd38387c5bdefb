/** What keeps order in a room. */

/** Somebody who is shut out of a room. */
export type Ban = {
  userId: number;
  username: string;
  /** Absent where none was given. */
  reason?: string;
  /** Absent: until it is lifted. */
  until?: string;
  at: string;
  byUserId: number;
  byUsername: string;
};

/** Somebody who may say nothing in a room for a time. */
export type Mute = { userId: number; username: string; until: string };

export type ReportState = 'open' | 'closed';

/** A message that somebody has reported to a room's moderators. `userId` reports it. */
export type Report = {
  id: number;
  roomId: number;
  /** The message's. */
  seq: number;
  userId: number;
  username: string;
  reason: string;
  at: string;
  state: ReportState;
  closedAt?: string;
  closedByUserId?: number;
  closedByUsername?: string;
  /** The message as it stands now: who wrote it, when, and its text unless it was deleted. */
  about: { userId: number; username: string; at: string; content?: string };
};

/** Reports of a room, the newest first. */
export type ReportPage = { reports: Report[]; hasMore: boolean };

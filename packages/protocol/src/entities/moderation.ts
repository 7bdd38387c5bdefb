/** Moderation of a room: bans, mutes, reports. */

/** A person who may not enter a room. */
export type Ban = {
  userId: number;
  username: string;
  /** Absent if the moderator gave none. */
  reason?: string;
  /** When the ban ends. Absent for a ban that holds until it is lifted. */
  until?: string;
  at: string;
  byUserId: number;
  byUsername: string;
};

/** A person who may not post in a room until a time. */
export type Mute = { userId: number; username: string; until: string };

/** Whether the moderators have dealt with a report. */
export type ReportState = 'open' | 'closed';

/** A message that a member reported to the room's moderators. `userId` and `username` name that member. */
export type Report = {
  id: number;
  roomId: number;
  /** The seq of the reported message. */
  seq: number;
  userId: number;
  username: string;
  reason: string;
  at: string;
  state: ReportState;
  closedAt?: string;
  closedByUserId?: number;
  closedByUsername?: string;
  /** The current state of the message: its author, its time, and its text unless it was deleted. */
  about: { userId: number; username: string; at: string; content?: string };
};

/** A page of a room's reports, newest first. `cursor` leads to the next page, if there is one. */
export type ReportPage = { reports: Report[]; cursor?: string };

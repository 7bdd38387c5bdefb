/** People: as they present themselves, and how they are now. */

/** A person's account, as others see it. */
export type User = {
  id: number;
  username: string;
  displayName?: string;
  /** True for the server's administrators only; absent otherwise. */
  admin?: true;
};

/** A person, as they present themselves. A display name is shown beside the username, never in its place. */
export type Profile = User & {
  /** A line about themselves. */
  about?: string;
  /** A name of the IANA database: Europe/Berlin. */
  timeZone?: string;
};

/** One's own profile. */
export type OwnProfile = Profile & { email?: string };

/** `away`: here, but idle for AWAY_AFTER_MS, or by their own word. */
export type PresenceState = 'online' | 'away' | 'offline';

/** How a person is now; `awayMessage`: what they said as they went away. */
export type Presence = { state: PresenceState; awayMessage?: string };

/** A person with how they are now; `lastSeenAt` is told of who is offline, and was ever here. */
export type PublicProfile = Profile & Presence & { lastSeenAt?: string };

/** People: their accounts, profiles and presence. */

/** A person's account, as others see it. */
export type User = {
  id: number;
  username: string;
  displayName?: string;
  /** Present only for administrators of the server. */
  admin?: true;
};

/** A person's profile. Clients show a display name beside the username, never instead of it. */
export type Profile = User & {
  /** One line in which the person describes themselves. */
  about?: string;
  /** A name of the IANA database: Europe/Berlin. */
  timeZone?: string;
};

/** The caller's own profile. */
export type OwnProfile = Profile & { email?: string };

/** `away`: connected, but inactive for AWAY_AFTER_MS, or away by their own command. */
export type PresenceState = 'online' | 'away' | 'offline';

/** A person's presence. `awayMessage`: the text that they set when they went away. */
export type Presence = { state: PresenceState; awayMessage?: string };

/** A profile with presence. `lastSeenAt` only for a person who is offline and was connected before. */
export type PublicProfile = Profile & Presence & { lastSeenAt?: string };

/** HTTP calls about accounts: signing in, the profile, sessions, tokens and invitations. */
import type {
  InvitationPage,
  InvitationPreview,
  NewInvitation,
  NewPersonalToken,
  OwnProfile,
  PersonalToken,
  Presence,
  PublicProfile,
  Room,
  RoomPerson,
  Session,
  TokenGrant,
  TokenScope,
  User,
} from '@banter/protocol';

/** A registration. `invite` is an invitation's code; a server may require one. */
export type NewAccount = { username: string; password: string; email?: string; invite?: string };

/** Calls that work without an access token. */
export type SignInApi = {
  /** Creates an account and signs it in. */
  register(input: NewAccount): Promise<TokenGrant>;
  /** Signs in with a username or email address. */
  login(input: { login: string; password: string }): Promise<TokenGrant>;
  /** Exchanges the refresh cookie (in a browser) or `refreshToken` for a new access token. */
  refresh(refreshToken?: string): Promise<TokenGrant>;
  /** Sets a new password with the token of a reset link, and ends all sessions of the account. */
  resetPassword(input: { token: string; password: string }): Promise<void>;
  /** Describes an invitation by its code. */
  invitation(code: string): Promise<InvitationPreview>;
};

/** Profile fields to change; null clears a field. */
export type ProfileInput = {
  displayName?: string | null;
  about?: string | null;
  /** An IANA name, such as `Europe/Berlin`. */
  timeZone?: string | null;
};

/** Calls about the caller's account, and about other people. */
export type AccountApi = {
  /** Ends the current session. */
  logout(): Promise<void>;
  /** Returns the caller's profile. */
  me(): Promise<OwnProfile>;
  /** Changes the given profile fields and returns the profile. */
  updateMe(input: ProfileInput): Promise<OwnProfile>;
  /** Sets a new password and ends all other sessions; with `endTokens` also the personal tokens. */
  changePassword(input: { current: string; new: string; endTokens?: boolean }): Promise<void>;
  /** Deletes the account. Its messages stay without a name (`keep`) or are deleted (`remove`). */
  deleteAccount(input: { password: string; messages: 'keep' | 'remove' }): Promise<void>;
  /** Sets the email address, or removes it with null. */
  changeEmail(input: { password: string; email: string | null }): Promise<OwnProfile>;
  /** Returns the public profile of a person. */
  user(username: string): Promise<PublicProfile>;
  /** Finds people by the beginning of a username or of a word of a display name. */
  findUsers(begin: string): Promise<{ users: User[] }>;
  /** Marks the caller away, with `message` for others to read, or online again. */
  setPresence(input: { state: 'online' | 'away'; message?: string }): Promise<Presence>;
  /** Lists the people whom the caller ignores. */
  ignored(): Promise<RoomPerson[]>;
  /** Starts ignoring a person. */
  ignore(userId: number): Promise<void>;
  /** Stops ignoring a person. */
  unignore(userId: number): Promise<void>;
};

/** A personal access token to create. `expiresAt` is in ISO 8601. */
export type NewTokenInput = { name: string; scopes: TokenScope[]; roomId?: number; expiresAt?: string };

/** Calls about the caller's sessions and personal access tokens. */
export type SessionApi = {
  /** Lists the caller's sessions. */
  sessions(): Promise<Session[]>;
  /** Ends one session. */
  endSession(id: number): Promise<void>;
  /** Ends all sessions except this one. */
  endOtherSessions(): Promise<void>;
  /** Lists personal access tokens, newest first. */
  tokens(): Promise<PersonalToken[]>;
  /** Creates a personal access token. Only this answer contains its secret. */
  createToken(input: NewTokenInput): Promise<NewPersonalToken>;
  /** Revokes a personal access token. */
  revokeToken(id: number): Promise<void>;
  /** Returns a ticket that opens one WebSocket. `expiresIn` is in seconds. */
  ticket(): Promise<{ ticket: string; expiresIn: number }>;
};

/** Calls about invitations to the server or to a room. */
export type InvitationApi = {
  /** Lists the invitations that the caller can revoke, newest first. */
  invitations(page?: { limit?: number; cursor?: string }): Promise<InvitationPage>;
  /** Creates an invitation; with `roomId` it is for that room. */
  createInvitation(input?: {
    roomId?: number;
    maxUses?: number;
    expiresInSeconds?: number;
  }): Promise<NewInvitation>;
  /** Revokes an invitation by its code or its id. */
  revokeInvitation(codeOrId: string | number): Promise<void>;
  /** Accepts an invitation and returns its room; `room` is absent for an invitation to the server. */
  acceptInvitation(code: string): Promise<{ room?: Room }>;
};

/** Invitations, and who may make an account. */

/** Who may make an account: everybody, those with an invitation, nobody. The first account is made in any case. */
export type Registration = 'open' | 'invite' | 'closed';

/** A link that lets people in, as those see it who may take it back. Its code is shown once, to whoever makes it. */
export type Invitation = {
  id: number;
  /** To which room; absent for one to the server. */
  roomId?: number;
  roomName?: string;
  /** Who made it. */
  userId: number;
  username: string;
  createdAt: string;
  expiresAt: string;
  /** How many people it lets in; absent for any number. */
  maxUses?: number;
  /** How many it has let in. */
  uses: number;
};

/** A new invitation, with what stands in its link: `/join/CODE`. */
export type NewInvitation = Invitation & { code: string };

/** What the code of an invitation shows to anybody. */
export type InvitationPreview = {
  /** The room that it lets into; absent for one to the server. */
  roomName?: string;
  /** Whose it is. */
  username: string;
  expiresAt: string;
  /** Whether an account can be made with it; else it is for people who have one. */
  registers: boolean;
};

/** The invitations that one may take back, newest first; `hasMore` says whether there are older ones. */
export type InvitationPage = { invitations: Invitation[]; hasMore: boolean };

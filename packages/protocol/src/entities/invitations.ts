/** Invitations, and the rule for registration. */

/** Registration is for anyone, for people with an invitation, or for nobody. The first account can always register. */
export type Registration = 'open' | 'invite' | 'closed';

/** An invitation link, as the people see it who may revoke it. The server shows its code only once, to its maker. */
export type Invitation = {
  id: number;
  /** The room it leads into. Absent for an invitation to the server. */
  roomId?: number;
  roomName?: string;
  /** The person who made it. */
  userId: number;
  username: string;
  createdAt: string;
  expiresAt: string;
  /** How many people it admits. Absent for any number. */
  maxUses?: number;
  /** How many people it has admitted. */
  uses: number;
};

/** A new invitation, with the code of its link: `/join/CODE`. */
export type NewInvitation = Invitation & { code: string };

/** The part of an invitation that anyone with its code may see. */
export type InvitationPreview = {
  /** The room it leads into. Absent for an invitation to the server. */
  roomName?: string;
  /** The person who made it. */
  username: string;
  expiresAt: string;
  /** Whether it allows registering. If not, only people with an account can use it. */
  registers: boolean;
};

/** A page of the invitations that the caller may revoke, newest first. `cursor` leads to the next page, if there is one. */
export type InvitationPage = { invitations: Invitation[]; cursor?: string };

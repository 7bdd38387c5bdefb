/** What the client library offers to a user interface: values to read, changes to hear of, things to do. */
import type {
  AccountPage,
  AdminAccount,
  AuditPage,
  AuditVerdict,
  Ban,
  BanEvent,
  ChatError,
  DeleteEvent,
  EditEvent,
  InvitationPage,
  InvitationPreview,
  KickEvent,
  Member,
  Message,
  MessageEvent,
  MessageKind,
  MessagePage,
  Mute,
  NewInvitation,
  NewPersonalToken,
  OwnProfile,
  PersonalToken,
  Presence,
  PublicProfile,
  Quote,
  ReactEvent,
  Report,
  ReportPage,
  ReportState,
  Role,
  Room,
  RoomEvent,
  RoomKind,
  RoomPerson,
  RoomSettings,
  SearchOrder,
  SearchPage,
  Session,
  TokenGrant,
  TokenScope,
  User,
} from '@banter/protocol';

/** `invite`: the code of an invitation. */
export type NewAccount = { username: string; password: string; email?: string; invite?: string };

/** The HTTP calls, one function each. All reject with a ChatError: the server's own, or `unavailable` when it cannot be reached. */
export type Api = {
  register(input: NewAccount): Promise<TokenGrant>;
  /** Another password, by the token of a reset link; ends all sessions of the account. */
  resetPassword(input: { token: string; password: string }): Promise<void>;
  login(input: { login: string; password: string }): Promise<TokenGrant>;
  /** A new access token by the refresh cookie (in a browser) or by `refreshToken`. */
  refresh(refreshToken?: string): Promise<TokenGrant>;
  logout(): Promise<void>;
  me(): Promise<OwnProfile>;
  /** Changes what is named; null takes it away. */
  updateMe(input: ProfileInput): Promise<OwnProfile>;
  /** Ends the other logins, with `endTokens` the tokens too. */
  changePassword(input: { current: string; new: string; endTokens?: boolean }): Promise<void>;
  /** Deletes the account: its messages stay under no name, or go. */
  deleteAccount(input: { password: string; messages: 'keep' | 'remove' }): Promise<void>;
  changeEmail(input: { password: string; email: string | null }): Promise<OwnProfile>;
  user(username: string): Promise<PublicProfile>;
  /** Away by one's own word, with `message` for the others, or back. */
  setPresence(input: { state: 'online' | 'away'; message?: string }): Promise<Presence>;
  ignored(): Promise<RoomPerson[]>;
  ignore(userId: number): Promise<void>;
  unignore(userId: number): Promise<void>;
  /** Those that one may take back, newest first. */
  invitations(page?: { before?: number; limit?: number }): Promise<InvitationPage>;
  createInvitation(input?: {
    roomId?: number;
    maxUses?: number;
    expiresInSeconds?: number;
  }): Promise<NewInvitation>;
  /** By its code, or by its id. */
  revokeInvitation(codeOrId: string | number): Promise<void>;
  /** What a code is for; needs no account. */
  invitation(code: string): Promise<InvitationPreview>;
  acceptInvitation(code: string): Promise<{ room?: Room }>;
  sessions(): Promise<Session[]>;
  endSession(id: number): Promise<void>;
  /** Ends all other logins. */
  endOtherSessions(): Promise<void>;
  /** Personal access tokens, the newest first. */
  tokens(): Promise<PersonalToken[]>;
  /** The answer is the one place that has the token's secret. `expiresAt`: ISO 8601. */
  createToken(input: NewTokenInput): Promise<NewPersonalToken>;
  revokeToken(id: number): Promise<void>;
  ticket(): Promise<{ ticket: string; expiresIn: number }>;
  /** Those joined, archived ones as well, and all open ones. */
  rooms(): Promise<Room[]>;
  createRoom(input: { name: string; kind?: RoomKind; topic?: string }): Promise<Room>;
  /** The room of these people and the caller, made when it is not there. */
  openDirect(input: { userIds: number[] } | { usernames: string[] }): Promise<Room>;
  room(roomId: number): Promise<Room>;
  updateRoom(roomId: number, input: { name?: string; topic?: string; slowSeconds?: number }): Promise<Room>;
  archiveRoom(roomId: number): Promise<void>;
  restoreRoom(roomId: number): Promise<Room>;
  joinRoom(roomId: number): Promise<Room>;
  leaveRoom(roomId: number): Promise<void>;
  members(roomId: number): Promise<Member[]>;
  setMember(roomId: number, userId: number, role: Role): Promise<Member>;
  removeMember(roomId: number, userId: number, reason?: string): Promise<void>;
  bans(roomId: number): Promise<Ban[]>;
  /** Until then (ISO 8601), or until it is lifted. */
  ban(roomId: number, userId: number, input?: { until?: string; reason?: string }): Promise<Ban>;
  unban(roomId: number, userId: number): Promise<void>;
  mute(roomId: number, userId: number, until: string): Promise<Mute>;
  unmute(roomId: number, userId: number): Promise<void>;
  /** What the caller wants for themselves in a room. */
  setRoomSettings(roomId: number, settings: RoomSettings): Promise<Room>;
  /** Tells the room's moderators of a message. */
  report(roomId: number, seq: number, reason: string): Promise<Report>;
  /** For moderators, the newest first; open ones by default. */
  reports(
    roomId: number,
    query?: { state?: ReportState; before?: number; limit?: number },
  ): Promise<ReportPage>;
  settleReport(roomId: number, reportId: number, state: ReportState): Promise<Report>;
  messages(roomId: number, page?: PageQuery): Promise<MessagePage>;
  postMessage(roomId: number, input: { content: string; id?: string; replyTo?: number }): Promise<Message>;
  /** Gives a message of one's own another text. */
  editMessage(roomId: number, seq: number, content: string): Promise<Message>;
  deleteMessage(roomId: number, seq: number): Promise<void>;
  /** Puts a reaction on a message, or takes one's own off. */
  react(roomId: number, seq: number, emoji: string, on: boolean): Promise<Message>;
  markRead(roomId: number, seq: number): Promise<void>;
  /**
   * Looks for messages in the caller's rooms. `cursor` of a page gives the next one; the rest must be the same then.
   * Whoever searches while a person types aborts the search before: the server ends it as well.
   */
  search(search: SearchRequest, signal?: AbortSignal): Promise<SearchPage>;
  admin: AdminApi;
};

/** For the server's administrators only. */
export type AdminApi = {
  /** Accounts by name. */
  users(page?: { prefix?: string; limit?: number; cursor?: string }): Promise<AccountPage>;
  updateUser(userId: number, input: { disabled?: boolean; admin?: boolean }): Promise<AdminAccount>;
  /** A token with which the person chooses another password, once. */
  resetToken(userId: number): Promise<{ token: string; expiresAt: string }>;
  /** Ends all sessions and tokens of an account. */
  endSessions(userId: number): Promise<void>;
  /** What was done, newest first. `act` as `room.kick`, or all of a noun as `room`. */
  audit(page?: { act?: string; actorId?: number; cursor?: number; limit?: number }): Promise<AuditPage>;
  /** Walks the whole audit log. */
  verifyAudit(): Promise<AuditVerdict>;
};

export type SearchRequest = {
  /** As typed; parseSearch tells beforehand whether it is one. */
  q: string;
  order?: SearchOrder;
  limit?: number;
  cursor?: string;
  /** Messages wanted before and after each hit; wins over `-C` in `q`. */
  context?: number;
  /** The one room to look in. */
  roomId?: number;
};

export type ProfileInput = {
  displayName?: string | null;
  about?: string | null;
  timeZone?: string | null;
};

export type NewTokenInput = { name: string; scopes: TokenScope[]; roomId?: number; expiresAt?: string };

export type PageQuery = {
  before?: number;
  after?: number;
  around?: number;
  limit?: number;
  /** With what else happened meanwhile. */
  include?: 'notices';
};

/** Where the one socket stands. `inMs` counts from the moment the state was entered. */
export type ConnectionState =
  | { name: 'idle' }
  | { name: 'connecting' }
  | { name: 'live' }
  | { name: 'reconnecting'; inMs: number; attempt: number; restarting: boolean }
  | { name: 'offline' }
  /** The session is over: a person must sign in again. Outbox and timelines stay. */
  | { name: 'ended'; reason: string };

/** One row of a room's log. Confirmed rows stand in seq order, then the caller's own pending ones in the order sent. */
export type LogEntry = MessageEntry | NoticeEntry | PendingEntry | HoleEntry;
export type MessageEntry = { kind: 'message'; key: string; message: Message };
/** An event that is told in a line of its own: what is neither a message nor about one. */
export type NoticeEntry = {
  kind: 'notice';
  key: string;
  event: Exclude<RoomEvent, MessageEvent | EditEvent | DeleteEvent | ReactEvent>;
};
/** `key` is the same before and after the message is stored, so a row can turn firm in place. */
export type PendingEntry = {
  kind: 'pending';
  key: string;
  id: string;
  content: string;
  at: string;
  status: 'queued' | 'sent' | 'failed';
  /** Why it failed; only with `failed`. */
  error?: ChatError;
} & SendAbout;
/** What a message is besides its text. `quote` is shown until the server tells its own. */
export type SendAbout = { messageKind?: MessageKind; replyTo?: number; quote?: Quote };
/** Events that are not loaded between two rows, after a `reset`. */
export type HoleEntry = { kind: 'hole'; key: string; after: number; before: number };

/** What changed in a timeline, small enough to apply to a hand-written list; `all` asks for a full redraw. */
export type TimelinePatch =
  | { type: 'all' }
  | { type: 'append'; entries: LogEntry[] }
  | { type: 'prepend'; entries: LogEntry[] }
  /** The row with that key is now this entry, in the same place. */
  | { type: 'replace'; key: string; entry: LogEntry }
  | { type: 'remove'; key: string };

export type Timeline = {
  readonly roomId: number;
  readonly entries: readonly LogEntry[];
  /** Whether older messages can be loaded. */
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  /** Loads the newest page unless it is there, then resolves. */
  load(): Promise<void>;
  /** Loads one more page before the oldest row; concurrent calls share one request. */
  loadOlder(): Promise<void>;
  /** Loads what stands around `seq`, unless it is there. A hole row stands for what lies between that and the newest part. */
  loadAround(seq: number): Promise<void>;
  /** Loads one more page into the hole, if there is one. */
  fillHole(): Promise<void>;
  onPatch(listener: (patch: TimelinePatch) => void): () => void;
};

/** A person as the client knows them in a room; kept true by presence and membership events. */
export type Person = Member;

export type ClientChange =
  | { kind: 'user' }
  | { kind: 'connection' }
  /** The list of rooms, or one's name, topic or counts. */
  | { kind: 'rooms' }
  | { kind: 'people'; roomId: number }
  | { kind: 'typing'; roomId: number }
  /** A moderator took the person out of `room`, which is no longer among the rooms. */
  | { kind: 'removed'; room: Room; event: KickEvent | BanEvent }
  /** Whom one ignores. Timelines tell `all` by themselves. */
  | { kind: 'ignored' }
  /** A room that one keeps order in has another report, or one was closed. */
  | { kind: 'reports'; roomId: number }
  /** How many sends wait, or one failed. */
  | { kind: 'outbox' }
  | { kind: 'latency' };

export type Client = {
  readonly api: Api;
  readonly user: User | null;
  readonly connection: ConnectionState;
  /** Joined rooms in the order of joining (stable: their numbers are muscle memory). */
  readonly rooms: readonly Room[];
  /** The ids of those whom one ignores: what they say is left out of timelines, typing and counts. */
  readonly ignored: readonly number[];
  /** Sends that are not stored yet, over all rooms. */
  readonly queuedCount: number;
  /** The last measured round trip of a send or ping; null before the first. */
  readonly latencyMs: number | null;

  register(input: NewAccount): Promise<User>;
  login(input: { login: string; password: string }): Promise<User>;
  /** Signs in by what the last visit left (the refresh cookie); null when there is nothing. */
  restore(): Promise<User | null>;
  logout(): Promise<void>;
  /** Opens the socket and keeps it open until stop(). */
  start(): void;
  stop(): void;
  /** Dials at once instead of waiting for the backoff. */
  retryNow(): void;
  /** Tells the client that the machine says it is on- or offline. */
  setOnline(online: boolean): void;

  createRoom(input: { name: string; kind?: RoomKind; topic?: string }): Promise<Room>;
  /** Opens the room of these people and oneself, and follows it. */
  openDirect(input: { userIds: number[] } | { usernames: string[] }): Promise<Room>;
  joinRoom(roomId: number): Promise<Room>;
  /** Joins the room of an invitation, and gives it; null for one to the server. */
  acceptInvitation(code: string): Promise<Room | null>;
  leaveRoom(roomId: number): Promise<void>;
  timeline(roomId: number): Timeline;
  /** Members of a room, loaded at the first call; sorted online first, then by name. */
  people(roomId: number): readonly Person[];
  /** Usernames now typing in a room, without one's own. */
  typing(roomId: number): readonly string[];
  /** Puts a message in the outbox; its row appears at once. Throws ChatError `invalid` for content that can never be stored. */
  send(roomId: number, content: string, about?: SendAbout): PendingEntry;
  retry(id: string): void;
  /** Takes a failed send out of the outbox and returns its content. */
  discard(id: string): string;
  markRead(roomId: number, seq: number): void;
  sendTyping(roomId: number): void;
  onChange(listener: (change: ClientChange) => void): () => void;
};

/** HTTP calls about rooms: membership, settings and moderation. */
import type {
  Ban,
  EntryRequest,
  Member,
  Mute,
  Report,
  ReportPage,
  ReportState,
  Role,
  Room,
  RoomKind,
  RoomPage,
  RoomPerson,
  RoomSettings,
} from '@banter/protocol';

/** A room to create. Its kind is `open` by default. */
export type NewRoom = { name: string; kind?: RoomKind; topic?: string };

/** The other people of a direct room, by ids or by usernames. */
export type DirectRoomPeople = { userIds: number[] } | { usernames: string[] };

/** Calls about rooms and their members. */
export type RoomApi = {
  /** Lists all joined rooms, including archived ones. */
  joinedRooms(): Promise<Room[]>;
  /**
   * Returns a page of joined rooms, then all other open rooms by name. `q`: the beginning of their names. `archived`: with
   * archived rooms.
   */
  rooms(page?: { q?: string; archived?: boolean; limit?: number; cursor?: string }): Promise<RoomPage>;
  /** Creates a room and joins it as its owner. */
  createRoom(input: NewRoom): Promise<Room>;
  /** Returns the direct room of these people and the caller, and creates it if needed. */
  openDirect(input: DirectRoomPeople): Promise<Room>;
  /** Lists the rooms that others ask the caller to enter, oldest first. */
  requests(): Promise<EntryRequest[]>;
  /** Enters the room of a request, or returns to a direct room. */
  acceptRequest(roomId: number): Promise<Room>;
  /** Declines a request. */
  declineRequest(roomId: number): Promise<void>;
  /** Withdraws the caller's request to a person, if there is one. */
  withdrawRequest(roomId: number, userId: number): Promise<void>;
  /** Returns one room. */
  room(roomId: number): Promise<Room>;
  /** Changes the given properties. `slowSeconds` is the least time between two messages of a member; 0 turns it off. */
  updateRoom(roomId: number, input: { name?: string; topic?: string; slowSeconds?: number }): Promise<Room>;
  /** Archives a room: it becomes read-only. */
  archiveRoom(roomId: number): Promise<void>;
  /** Makes an archived room writable again. */
  restoreRoom(roomId: number): Promise<Room>;
  /** Joins a room. */
  joinRoom(roomId: number): Promise<Room>;
  /** Leaves a room. */
  leaveRoom(roomId: number): Promise<void>;
  /** Lists the members of a room. */
  members(roomId: number): Promise<Member[]>;
  /** Adds a member, or changes a member's role. Without a `role` in the answer, the person was only asked. */
  setMember(roomId: number, userId: number, role: Role): Promise<Member | RoomPerson>;
  /** Removes a member. */
  removeMember(roomId: number, userId: number, reason?: string): Promise<void>;
  /** Sets the caller's own settings of a room. */
  setRoomSettings(roomId: number, settings: RoomSettings): Promise<Room>;
};

/** Calls for moderators, and the report that any member can make. */
export type ModerationApi = {
  /** Lists the bans of a room. */
  bans(roomId: number): Promise<Ban[]>;
  /** Bans a person until `until` (ISO 8601), or until the ban is lifted. */
  ban(roomId: number, userId: number, input?: { until?: string; reason?: string }): Promise<Ban>;
  /** Lifts a ban. */
  unban(roomId: number, userId: number): Promise<void>;
  /** Mutes a member until `until` (ISO 8601). */
  mute(roomId: number, userId: number, until: string): Promise<Mute>;
  /** Lifts a mute. */
  unmute(roomId: number, userId: number): Promise<void>;
  /** Reports a message to the room's moderators. */
  report(roomId: number, seq: number, reason: string): Promise<Report>;
  /** Lists reports for moderators, newest first; open ones by default. */
  reports(
    roomId: number,
    query?: { state?: ReportState; limit?: number; cursor?: string },
  ): Promise<ReportPage>;
  /** Closes a report, or opens it again. */
  settleReport(roomId: number, reportId: number, state: ReportState): Promise<Report>;
};

/** The calls about rooms, their members and their moderation. */
import type { Ban, EntryRequest, Member, Room } from '@banter/protocol';
import type { ModerationApi, RoomApi } from '../types/rooms-api.ts';
import { queryOf, roomPath } from './paths.ts';
import { type Request, requestList } from './request.ts';

/** Creates the calls about rooms and members. */
export function createRoomApi(request: Request): RoomApi {
  return {
    joinedRooms: () => requestList<Room>(request, 'rooms', '/v1/rooms', { joined: 'true', archived: 'true' }),
    rooms: (page = {}) => request('GET', `/v1/rooms${queryOf(page)}`),
    createRoom: (body) => request('POST', '/v1/rooms', { body }),
    openDirect: (body) => request('POST', '/v1/rooms/direct', { body }),
    requests: () => requestList<EntryRequest>(request, 'requests', '/v1/requests'),
    acceptRequest: (roomId) => request('POST', `/v1/requests/${roomId}/accept`),
    declineRequest: (roomId) => request('DELETE', `/v1/requests/${roomId}`),
    withdrawRequest: (roomId, userId) => request('DELETE', `/v1/requests/${roomId}/people/${userId}`),
    room: (roomId) => request('GET', roomPath(roomId)),
    updateRoom: (roomId, body) => request('PATCH', roomPath(roomId), { body }),
    archiveRoom: (roomId) => request('DELETE', roomPath(roomId)),
    restoreRoom: (roomId) => request('POST', roomPath(roomId, '/restore')),
    joinRoom: (roomId) => request('POST', roomPath(roomId, '/join')),
    leaveRoom: (roomId) => request('POST', roomPath(roomId, '/leave')),
    members: (roomId) => requestList<Member>(request, 'members', roomPath(roomId, '/members')),
    setMember: (roomId, userId, role) =>
      request('PUT', roomPath(roomId, `/members/${userId}`), { body: { role } }),
    removeMember: (roomId, userId, reason) =>
      request('DELETE', roomPath(roomId, `/members/${userId}${queryOf({ reason })}`)),
    setRoomSettings: (roomId, body) => request('PUT', roomPath(roomId, '/settings'), { body }),
  };
}

/** Creates the calls about bans, mutes and reports. */
export function createModerationApi(request: Request): ModerationApi {
  return {
    bans: (roomId) => requestList<Ban>(request, 'bans', roomPath(roomId, '/bans')),
    ban: (roomId, userId, body = {}) => request('PUT', roomPath(roomId, `/bans/${userId}`), { body }),
    unban: (roomId, userId) => request('DELETE', roomPath(roomId, `/bans/${userId}`)),
    mute: (roomId, userId, until) =>
      request('PUT', roomPath(roomId, `/mutes/${userId}`), { body: { until } }),
    unmute: (roomId, userId) => request('DELETE', roomPath(roomId, `/mutes/${userId}`)),
    report: (roomId, seq, reason) =>
      request('POST', roomPath(roomId, `/messages/${seq}/report`), { body: { reason } }),
    reports: (roomId, query = {}) => request('GET', roomPath(roomId, `/reports${queryOf(query)}`)),
    settleReport: (roomId, reportId, state) =>
      request('PUT', roomPath(roomId, `/reports/${reportId}`), { body: { state } }),
  };
}

/** The HTTP API as typed functions. */
import type { AccountApi, InvitationApi, SessionApi, SignInApi } from './accounts-api.ts';
import type { AdminApi } from './admin-api.ts';
import type { MessageApi } from './messages-api.ts';
import type { ModerationApi, RoomApi } from './rooms-api.ts';

/**
 * All HTTP calls, one function each. A call rejects with the server's ChatError, or with `unavailable` when the server
 * cannot be reached.
 */
export type Api = SignInApi &
  AccountApi &
  SessionApi &
  InvitationApi &
  RoomApi &
  ModerationApi &
  MessageApi & { admin: AdminApi };

/** All HTTP calls of the contract, put together from their topics. */
import type { SignInApi } from '../types/accounts-api.ts';
import type { Api } from '../types/api.ts';
import { createAccountApi, createInvitationApi, createSessionApi } from './accounts-api.ts';
import { createAdminApi } from './admin-api.ts';
import { createMessageApi } from './messages-api.ts';
import type { Request } from './request.ts';
import { createModerationApi, createRoomApi } from './rooms-api.ts';

/** Creates all calls. `signIn` are those without a token; `request` makes the others. */
export function createApi(signIn: SignInApi, request: Request): Api {
  return {
    ...signIn,
    ...createAccountApi(request),
    ...createSessionApi(request),
    ...createInvitationApi(request),
    ...createRoomApi(request),
    ...createModerationApi(request),
    ...createMessageApi(request),
    admin: createAdminApi(request),
  };
}

/** The calls that work without an access token. */
import type { InvitationPreview, TokenGrant } from '@banter/protocol';
import type { SignInApi } from '../types/accounts-api.ts';
import type { Call } from './http.ts';
import { invitationPath } from './paths.ts';

/** The place of the refresh token: a cookie that scripts cannot read, or the bodies of requests and answers. */
export type RefreshMode = 'cookie' | 'body';

/** Creates the calls. In `body` mode the answers contain the refresh token. */
export function createSignInApi(call: Call, mode: RefreshMode): SignInApi {
  const requestGrant = (path: string, body: object) => call('POST', path, { body }) as Promise<TokenGrant>;
  const query = mode === 'body' ? '?refresh=body' : '';
  return {
    register: (input) => requestGrant(`/v1/auth/register${query}`, input),
    login: (input) => requestGrant(`/v1/auth/login${query}`, input),
    refresh: (refreshToken) =>
      requestGrant('/v1/auth/refresh', refreshToken === undefined ? {} : { refreshToken }),
    resetPassword: (body) => call('POST', '/v1/auth/reset', { body }) as Promise<void>,
    invitation: (code) => call('GET', invitationPath(code)) as Promise<InvitationPreview>,
  };
}

/** The HTTP side of a client: calls, tokens and the API. */
import { createApi } from '../api/api.ts';
import { type Call, createCall } from '../api/http.ts';
import { createRequest } from '../api/request.ts';
import { createSignInApi } from '../api/sign-in-api.ts';
import { TokenSession, type TokenSessionOptions } from '../api/token-session.ts';
import type { Settings } from '../options.ts';
import { ServerTime } from '../server-time.ts';
import type { SignInApi } from '../types/accounts-api.ts';
import type { Api } from '../types/api.ts';

/** The parts that talk to the server over HTTP. */
export type Access = { call: Call; signIn: SignInApi; session: TokenSession; api: Api; time: ServerTime };

/** The listeners of the token session. */
export type AccessListeners = Pick<TokenSessionOptions, 'onUser' | 'onEnded'>;

/** Creates the parts. */
export function createAccess(settings: Settings, listeners: AccessListeners): Access {
  const { baseUrl, clock, fetch, refresh } = settings;
  const credentials = refresh === 'cookie' ? 'same-origin' : 'omit';
  const time = new ServerTime();
  const call = createCall({ baseUrl, clock, time, fetch, credentials });
  const signIn = createSignInApi(call, refresh);
  const session = new TokenSession({ clock, refresh: signIn.refresh, ...listeners });
  return { call, signIn, session, time, api: createApi(signIn, createRequest(call, session)) };
}

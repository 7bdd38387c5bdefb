/** Facts about the server that need no sign-in. */
import type { Registration } from '@banter/protocol';

/** The answer of `GET /v1/server`. */
export type ServerInfo = {
  name: string;
  registration: Registration;
  /** Whether there is no account yet. The first one becomes the administrator. */
  firstAccount: boolean;
  /** People who are online now. */
  online: number;
};

/** Asks the page's own server. Rejects when it can't be reached or answers with an error. */
export async function fetchServerInfo(): Promise<ServerInfo> {
  const response = await fetch('/v1/server', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return (await response.json()) as ServerInfo;
}

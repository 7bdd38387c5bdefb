/** What the server tells before anybody has signed in. */
import type { Registration } from '@banter/protocol';

export type ServerInfo = {
  name: string;
  registration: Registration;
  /** Nobody has an account yet: the first one is the administrator's. */
  firstAccount: boolean;
  /** People connected now. */
  online: number;
};

/** Asks the page's own server. Rejects when it cannot be reached or answers something else. */
export async function fetchServerInfo(): Promise<ServerInfo> {
  const response = await fetch('/v1/server', { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return (await response.json()) as ServerInfo;
}

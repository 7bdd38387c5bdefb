/** Signing out on purpose. */
import type { Page } from './page.ts';

/** Tells the other tabs of the browser the id of a person who has signed out. */
const CHANNEL = 'banter.sign-out';

type Parts = Pick<Page, 'client' | 'drafts' | 'self'>;

/** Ends the session on this device and clears the drafts in all tabs, so that the next person doesn't see them. */
export async function signOut(page: Parts): Promise<void> {
  await leave(page);
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(page.self.id);
  channel.close();
}

/** Signs out here too when the person signs out in another tab. Returns a function that stops it. */
export function followSignOut(page: Parts): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    // This tab's own sign-out arrives here as well.
    if (data === page.self.id && page.client.user !== null) leave(page).catch(() => undefined);
  };
  return () => channel.close();
}

async function leave({ client, drafts }: Parts): Promise<void> {
  const roomIds = client.rooms.map((room) => room.id);
  await client.logout();
  drafts.clear(roomIds);
}

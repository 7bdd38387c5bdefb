/** Signing out on purpose. */
import type { Page } from './page.ts';

/** Tells the other tabs of the browser the id of a person who has signed out. */
const CHANNEL = 'banter.sign-out';

type Parts = Pick<Page, 'client' | 'drafts' | 'self'>;

/** Ends the session on this device and clears the drafts in all tabs, so that the next person doesn't see them. */
export async function signOut(page: Parts): Promise<void> {
  await leave(page);
  const channel = openChannel();
  channel?.postMessage(page.self.id);
  channel?.close();
}

/** Signs out here too when the person signs out in another tab. Returns a function that stops it. */
export function followSignOut(page: Parts): () => void {
  const channel = openChannel();
  if (channel === null) return () => undefined;
  channel.onmessage = ({ data }) => {
    // This tab's own sign-out arrives here as well.
    if (data === page.self.id && page.client.user !== null) leave(page).catch(() => undefined);
  };
  return () => channel.close();
}

/** Null in a browser that blocks what tabs share, as it does cookies: then a sign-out reaches this tab only. */
function openChannel(): BroadcastChannel | null {
  try {
    return new BroadcastChannel(CHANNEL);
  } catch {
    return null;
  }
}

async function leave({ client, drafts }: Parts): Promise<void> {
  const roomIds = client.rooms.map((room) => room.id);
  await client.logout();
  drafts.clear(roomIds);
}

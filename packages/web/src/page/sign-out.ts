/** Signing out on purpose. */
import type { Page } from './page.ts';

/** Ends the session on this device and clears the drafts, so that the next person doesn't see them. */
export async function signOut({ client, drafts }: Pick<Page, 'client' | 'drafts'>): Promise<void> {
  const roomIds = client.rooms.map((room) => room.id);
  await client.logout();
  drafts.clear(roomIds);
}

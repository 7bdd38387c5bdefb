/** Rooms by name, also those that the reader is not in. */
import type { Client } from '@banter/client';
import { PAGE_MAX, type Room } from '@banter/protocol';

/** The room with that name, in any case, that the reader is in or may join; undefined for none. @throws ChatError */
export async function roomNamed(client: Client, name: string): Promise<Room | undefined> {
  if (name === '') return undefined;
  const { rooms } = await client.api.rooms({ q: name, archived: true, limit: PAGE_MAX });
  return rooms.find((each) => each.name.toLowerCase() === name.toLowerCase());
}

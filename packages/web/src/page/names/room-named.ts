/** Rooms by name, also those that the reader is not in. */
import type { Client } from '@banter/client';
import { PAGE_MAX, type Room } from '@banter/protocol';
import { splitName } from '../../text/room-address.ts';

/**
 * The room that the reader is in or may join; undefined for none, and for two. `text` is a name, in any case, or
 * `name~id`.
 * @throws ChatError
 */
export async function roomNamed(client: Client, text: string): Promise<Room | undefined> {
  const { name, id } = splitName(text);
  if (name === '') return undefined;
  const { rooms } = await client.api.rooms({ q: name, archived: true, limit: PAGE_MAX });
  const [found, other] = rooms.filter(
    (room) => room.name.toLowerCase() === name.toLowerCase() && (id ?? room.id) === room.id,
  );
  return other === undefined ? found : undefined;
}

/** Opening a room after a request: text that was begun meanwhile stays in the room where it was begun. */
import { roomTitle } from '../text/room-title.ts';
import { printLocal } from './local-lines.ts';
import type { Page } from './page.ts';

/** Returns a function that says whether the person has written in the input since now. */
export function watchWriting({ mounted }: Page): () => boolean {
  const before = mounted.composer?.inputCount;
  return () => mounted.composer?.isEmpty === false && mounted.composer.inputCount !== before;
}

/** Opens a room, or says that it can be opened when `isWriting`. */
export function openAfterward(page: Page, roomId: number, isWriting: () => boolean): void {
  const { view, client, self } = page;
  if (roomId === view.roomId.peek() || !isWriting()) {
    view.openRoom(roomId);
    return;
  }
  const room = client.rooms.find(({ id }) => id === roomId);
  if (room) printLocal(page, `${roomTitle(room, self.id)} is ready. Ctrl+K opens it.`, false);
}

/** Actions on messages in the log. */
import type { Message, Room } from '@banter/protocol';
import type { Edit } from '../input/composing.ts';
import { quoteOf } from '../text/quote.ts';
import { asTyped } from '../text/slash.ts';
import { printFailure } from './local-lines.ts';
import type { Page } from './page.ts';

/** A message that has its text. */
export type MessageWithText = Pick<Message, 'roomId' | 'seq' | 'userId' | 'username'> & { content: string };

/** Makes the next line a reply to `message`. Text in the input stays. */
export function startReply({ view, mounted }: Page, message: MessageWithText): void {
  const quote = quoteOf(message.userId, message.username, message.content);
  endEdit({ view, mounted }, message.roomId);
  view.composing.set(message.roomId, { kind: 'reply', seq: message.seq, quote });
  mounted.composer?.focus();
}

/** Moves an own message into the input. The draft returns after the edit. */
export function startEdit({ view, mounted }: Page, message: MessageWithText): void {
  const returnFocus = mounted.log?.cursor.hold() ?? null;
  view.composing.set(message.roomId, { kind: 'edit', seq: message.seq, returnFocus });
  mounted.composer?.beginEdit(asTyped(message.content));
}

/** Starts to edit the reader's last message in the open room. False without such a message. */
export function editLast(page: Page): boolean {
  const message = lastOwn(page, page.view.roomId.peek());
  if (message === null) return false;
  startEdit(page, message);
  return true;
}

/** The reader's last loaded message in a room that is not deleted; null for none. */
export function lastOwn({ client, self }: Page, roomId: number): MessageWithText | null {
  if (roomId === 0) return null;
  const { entries } = client.timeline(roomId);
  for (const entry of entries.toReversed()) {
    if (entry.kind !== 'message' || entry.message.userId !== self.id) continue;
    const { content } = entry.message;
    if (content !== undefined) return { ...entry.message, content };
  }
  return null;
}

/** Cancels the edit or reply in the open room. False when nothing had to be cancelled. */
export function cancelComposing(page: Page): boolean {
  const { roomId, composing } = page.view;
  const current = composing.of(roomId.peek());
  if (current === null) return false;
  composing.set(roomId.peek(), null);
  page.mounted.composer?.endEdit(roomId.peek(), true);
  if (current.kind === 'edit') current.returnFocus?.();
  return true;
}

/**
 * Ends the edit that was entered as `line` and saves `content` as its message's text, so that the next keys belong to
 * another message. A failed edit begins again, unless the person has typed by then: Up recalls it in that case. Resolves to
 * whether it was saved.
 */
export async function saveEdit(
  page: Page,
  roomId: number,
  edit: Edit,
  { line, content }: { line: string; content: string },
): Promise<boolean> {
  const { client, view, mounted } = page;
  const inputCount = mounted.composer?.inputCount ?? 0;
  endEdit(page, roomId);
  edit.returnFocus?.();
  const isSaved = await printFailure(
    page,
    "Couldn't save the edit",
    client.api.editMessage(roomId, edit.seq, content),
  );
  if (!isSaved && mounted.composer?.resumeEdit(roomId, line, inputCount)) view.composing.set(roomId, edit);
  return isSaved;
}

/** Deletes the text of a message for everyone. Resolves to whether it was deleted. */
export function deleteMessage(page: Page, roomId: number, seq: number): Promise<boolean> {
  return printFailure(page, "Couldn't delete the message", page.client.api.deleteMessage(roomId, seq));
}

/** Adds the reader's reaction to a message, or removes it. Resolves to whether it succeeded. */
export function react(page: Page, roomId: number, seq: number, emoji: string, on: boolean): Promise<boolean> {
  return printFailure(page, "Couldn't react", page.client.api.react(roomId, seq, emoji, on));
}

/** Whether the reader may delete other people's messages in `room`. */
export function mayModerate({ self }: Pick<Page, 'self'>, room: Room): boolean {
  return room.role === 'owner' || room.role === 'moderator' || (self.admin === true && room.kind === 'open');
}

function endEdit({ view, mounted }: Pick<Page, 'view' | 'mounted'>, roomId: number): void {
  view.composing.set(roomId, null);
  mounted.composer?.endEdit(roomId, false);
}

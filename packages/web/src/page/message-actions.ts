/** What a person does with messages that stand in the log. */
import type { Message, Room } from '@banter/protocol';
import { quoteOf } from '../input/composing.ts';
import { orPrint } from './local-lines.ts';
import type { Page } from './page.ts';

/** A message with its text. */
export type Written = Pick<Message, 'roomId' | 'seq' | 'userId' | 'username'> & { content: string };

/** The next line answers `message`; what is typed already stays. */
export function startReply({ view, mounted }: Page, message: Written): void {
  endEdit({ view, mounted }, message.roomId);
  const quote = quoteOf(message.userId, message.username, message.content);
  view.composing.set(message.roomId, { kind: 'reply', seq: message.seq, quote });
  mounted.composer?.focus();
}

/** Puts a message of one's own into the input; the draft waits until the edit is over. */
export function startEdit({ view, mounted }: Page, message: Written): void {
  view.composing.set(message.roomId, { kind: 'edit', seq: message.seq });
  mounted.composer?.beginEdit(asTyped(message.content));
}

/** Begins to edit the last message that one has written in the open room; false when there is none. */
export function editLast(page: Page): boolean {
  const message = lastOwn(page);
  if (message === null) return false;
  startEdit(page, message);
  return true;
}

/** The last message of one's own in the open room that still has its text, of those loaded. */
export function lastOwn({ client, view, self }: Page): Written | null {
  const room = view.room.peek();
  if (room === null) return null;
  const { entries } = client.timeline(room.id);
  for (const entry of entries.toReversed()) {
    if (entry.kind !== 'message' || entry.message.userId !== self.id) continue;
    const { content } = entry.message;
    if (content !== undefined) return { ...entry.message, content };
  }
  return null;
}

/** The edit or answer that was begun in the open room ends; false when there was none. */
export function cancelComposing(page: Page): boolean {
  const { roomId, composing } = page.view;
  const current = composing.of(roomId.peek());
  if (current === null) return false;
  composing.set(roomId.peek(), null);
  page.mounted.composer?.endEdit(roomId.peek(), true);
  return true;
}

/** Saves what was typed as the new text of the message that is being edited. */
export async function saveEdit(page: Page, roomId: number, seq: number, content: string): Promise<boolean> {
  const isSaved = await orPrint(page, 'Not edited', page.client.api.editMessage(roomId, seq, content));
  if (isSaved) endEdit(page, roomId);
  return isSaved;
}

/** Takes a message's text away, for everyone. */
export function deleteMessage(page: Page, roomId: number, seq: number): Promise<boolean> {
  return orPrint(page, 'Not deleted', page.client.api.deleteMessage(roomId, seq));
}

/** Puts a reaction on a message, or takes one's own off. */
export function react(page: Page, roomId: number, seq: number, emoji: string, on: boolean): Promise<boolean> {
  return orPrint(page, 'No reaction', page.client.api.react(roomId, seq, emoji, on));
}

/** Whether the reader may take other people's messages away in `room`. */
export function mayModerate({ self }: Pick<Page, 'self'>, room: Room): boolean {
  return room.role === 'owner' || room.role === 'moderator' || (self.admin === true && room.kind === 'open');
}

function endEdit({ view, mounted }: Pick<Page, 'view' | 'mounted'>, roomId: number): void {
  view.composing.set(roomId, null);
  mounted.composer?.endEdit(roomId, false);
}

/** A text as it must be typed to be sent: one that begins with a slash needs a second one. */
function asTyped(content: string): string {
  return content.startsWith('/') ? `/${content}` : content;
}

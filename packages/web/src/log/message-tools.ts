/** Actions on messages by pointer and touch. */
import { element, pointerButton } from './element.ts';
import type { MessageRow, Row } from './row.ts';

/** The tools beside a message; `more` opens the message menu. */
export type MessageTool = 'reply' | 'more';

const TOOLS: readonly MessageTool[] = ['reply', 'more'];

/** Whether a row is a message that is stored and not deleted. */
export function isActionable(row: Row | undefined): row is MessageRow {
  return row?.kind === 'message' && row.seq > 0 && !row.isDeleted;
}

/** Whether the message cursor stops at a row: at messages with actions, and at those that could not be sent. */
export function isStop(row: Row | undefined): boolean {
  return row?.kind === 'message' && (row.status === 'failed' || isActionable(row));
}

/**
 * Shows the tools on the row under the pointer until the returned function is called. One element moves from row to row.
 * Tab skips it: the keyboard has the message cursor.
 */
export function showTools(
  list: HTMLOListElement,
  rowOf: (element: Element) => Row | undefined,
  onTool: (tool: MessageTool, row: MessageRow) => void,
): () => void {
  const tools = element('div', 'tools');
  let shownFor: MessageRow | null = null;
  for (const tool of TOOLS) {
    tools.append(pointerButton('word', tool, () => shownFor !== null && onTool(tool, shownFor)));
  }
  const onOver = (event: PointerEvent) => {
    const item = event.target instanceof Element ? event.target.closest('li') : null;
    const row = item === null ? undefined : rowOf(item);
    if (item === null || event.pointerType === 'touch' || !isActionable(row)) return tools.remove();
    shownFor = row;
    if (tools.parentElement !== item) item.append(tools);
  };
  const onLeave = () => tools.remove();
  list.addEventListener('pointerover', onOver);
  list.addEventListener('pointerleave', onLeave);
  return () => {
    list.removeEventListener('pointerover', onOver);
    list.removeEventListener('pointerleave', onLeave);
    tools.remove();
  };
}

/** Calls `onPress` when a message is tapped, but not a link or button in it, until the returned function is called. */
export function handlePresses(
  list: HTMLOListElement,
  rowOf: (element: Element) => Row | undefined,
  onPress: (row: MessageRow) => void,
): () => void {
  const onClick = (event: MouseEvent) => {
    if (!(event instanceof PointerEvent) || event.pointerType !== 'touch') return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('a, button') !== null) return;
    if (document.getSelection()?.isCollapsed === false) return;
    const item = target.closest('li');
    const row = item === null ? undefined : rowOf(item);
    if (isActionable(row)) onPress(row);
  };
  list.addEventListener('click', onClick);
  return () => list.removeEventListener('click', onClick);
}

/** The words beside the message under the pointer: one element for the whole log, moved from row to row. */
import { element, pointerButton } from './element.ts';
import type { MessageRow, Row } from './rows.ts';

export type MessageTool = 'reply' | 'more';

const TOOLS: readonly MessageTool[] = ['reply', 'more'];

/** Whether something can be done with a row: it is a message, stored, and still has its text. */
export function isActionable(row: Row | undefined): row is MessageRow {
  return row?.kind === 'message' && row.seq > 0 && !row.isDeleted;
}

/**
 * Shows the words in the row under the pointer until the returned function is called. They are for the pointer alone:
 * the keyboard has the message cursor, so they are no stop for Tab.
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

/** On a touch screen a press on a message, not on something in it, opens what can be done with it. */
export function listenToPresses(
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

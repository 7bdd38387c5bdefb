/** Every key that does something, as one table: the page obeys it and the help shows it. */

export type ActionName =
  | 'send'
  | 'newline'
  | 'history-older'
  | 'history-newer'
  | 'complete-next'
  | 'complete-previous'
  | 'edit-last'
  | 'message-older'
  | 'message-newer'
  | 'message-first'
  | 'message-last'
  | 'message-menu'
  | 'pane-next'
  | 'pane-previous'
  | 'room-previous'
  | 'room-next'
  | 'room-number'
  | 'room-active'
  | 'unread-line'
  | 'page-up'
  | 'page-down'
  | 'oldest'
  | 'live-end'
  | 'escape'
  | 'people'
  | 'switcher'
  | 'search'
  | 'help';

/** `code` is the place on the keyboard (`event.code`), so that a binding holds on every layout. */
export type Binding = {
  code: string;
  alt?: true;
  ctrl?: true;
  shift?: true;
  action: ActionName;
  /** The room's number, for `room-number`. */
  number?: number;
  /** `input` and `log` work only while that has the focus. */
  where: Place | 'page';
};

/** What has the focus, as far as the keys care. */
export type Place = 'input' | 'log' | 'elsewhere';

/** A line of the help: which keys, and what they do. */
export type KeyHelp = { keys: string; does: string };

const ROOM_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

export const KEYMAP: readonly Binding[] = [
  { code: 'Enter', action: 'send', where: 'input' },
  { code: 'NumpadEnter', action: 'send', where: 'input' },
  { code: 'Enter', shift: true, action: 'newline', where: 'input' },
  { code: 'Enter', alt: true, action: 'newline', where: 'input' },
  { code: 'ArrowUp', action: 'history-older', where: 'input' },
  { code: 'ArrowDown', action: 'history-newer', where: 'input' },
  { code: 'Tab', action: 'complete-next', where: 'input' },
  { code: 'Tab', shift: true, action: 'complete-previous', where: 'input' },
  { code: 'ArrowUp', ctrl: true, action: 'edit-last', where: 'page' },
  { code: 'ArrowUp', action: 'message-older', where: 'log' },
  { code: 'KeyK', action: 'message-older', where: 'log' },
  { code: 'ArrowDown', action: 'message-newer', where: 'log' },
  { code: 'KeyJ', action: 'message-newer', where: 'log' },
  { code: 'Home', action: 'message-first', where: 'log' },
  { code: 'End', action: 'message-last', where: 'log' },
  { code: 'Enter', action: 'message-menu', where: 'log' },
  { code: 'F6', ctrl: true, action: 'pane-next', where: 'page' },
  { code: 'F6', ctrl: true, shift: true, action: 'pane-previous', where: 'page' },
  { code: 'ArrowUp', alt: true, action: 'room-previous', where: 'page' },
  { code: 'ArrowDown', alt: true, action: 'room-next', where: 'page' },
  ...ROOM_NUMBERS.map(
    (number): Binding => ({
      code: `Digit${number % 10}`,
      alt: true,
      action: 'room-number',
      number,
      where: 'page',
    }),
  ),
  { code: 'KeyA', alt: true, action: 'room-active', where: 'page' },
  { code: 'KeyU', alt: true, action: 'unread-line', where: 'page' },
  { code: 'PageUp', shift: true, action: 'unread-line', where: 'page' },
  { code: 'PageUp', action: 'page-up', where: 'page' },
  { code: 'PageDown', action: 'page-down', where: 'page' },
  { code: 'Home', ctrl: true, action: 'oldest', where: 'page' },
  { code: 'End', ctrl: true, action: 'live-end', where: 'page' },
  { code: 'Escape', action: 'escape', where: 'page' },
  { code: 'KeyN', alt: true, shift: true, action: 'people', where: 'page' },
  { code: 'KeyK', ctrl: true, action: 'switcher', where: 'page' },
  { code: 'KeyF', ctrl: true, shift: true, action: 'search', where: 'page' },
  { code: 'F1', action: 'help', where: 'page' },
  { code: 'Slash', alt: true, action: 'help', where: 'page' },
];

/** The same keys for people to read; `alt` is the name of the modifier on their machine. */
export function keyHelp(isMac: boolean): KeyHelp[] {
  const alt = isMac ? 'Ctrl' : 'Alt';
  const letter = isMac ? 'Ctrl+Shift' : 'Alt';
  return [
    { keys: 'Enter', does: 'send' },
    { keys: 'Shift+Enter', does: 'new line' },
    { keys: 'Tab, Shift+Tab', does: 'complete; Esc, Tab: leave' },
    { keys: 'Up, Down', does: 'lines sent before' },
    { keys: 'Ctrl+Up', does: 'edit your last message' },
    { keys: 'Alt+Up, Alt+Down', does: 'previous, next room' },
    { keys: `${alt}+1 … ${alt}+0`, does: 'room 1 to 10' },
    { keys: 'Ctrl+K', does: 'go to rooms and people' },
    { keys: 'Ctrl+Shift+F', does: 'search the messages' },
    { keys: `${letter}+A`, does: 'next room with news' },
    { keys: `${letter}+U`, does: 'first unread message' },
    { keys: 'PageUp, PageDown', does: 'scroll' },
    { keys: 'Ctrl+Home, +End', does: 'oldest, newest message' },
    { keys: 'Ctrl+F6', does: 'to the next pane' },
    { keys: 'Up, Down, J, K', does: 'in the log: messages' },
    { keys: 'Enter', does: 'there: reply, react, edit' },
    { keys: isMac ? 'Ctrl+Shift+N' : 'Alt+Shift+N', does: 'show or fold the people' },
    { keys: 'Esc', does: 'one step back' },
    { keys: 'F1, Alt+/', does: 'this help' },
  ];
}

/** What of a keyboard event matters here. */
export type KeyPress = Pick<
  KeyboardEvent,
  'code' | 'altKey' | 'ctrlKey' | 'shiftKey' | 'metaKey' | 'isComposing' | 'keyCode' | 'getModifierState'
>;

/** What browsers give as `keyCode` while an input method is composing. */
const COMPOSING_KEY_CODE = 229;
/** With Ctrl these are line editing keys on a Mac, so there the binding takes Shift too. */
const MAC_LINE_KEYS = new Set(['KeyA', 'KeyU', 'KeyN']);

/** Whether the key belongs to an input method or to AltGr, and so to nobody else. */
export function isForeignKey(event: KeyPress): boolean {
  return event.isComposing || event.keyCode === COMPOSING_KEY_CODE || event.getModifierState('AltGraph');
}

/** The binding for a key press, or null. On a Mac, Alt with a letter or digit types characters: there it is Ctrl. */
export function findBinding(event: KeyPress, place: Place, isMac: boolean): Binding | null {
  if (isForeignKey(event) || event.metaKey) return null;
  const fits = (binding: Binding) => {
    const { alt = false, ctrl = false, shift = false } = isMac ? macBinding(binding) : binding;
    return (
      binding.code === event.code &&
      alt === event.altKey &&
      ctrl === event.ctrlKey &&
      shift === event.shiftKey &&
      (binding.where === 'page' || binding.where === place)
    );
  };
  return KEYMAP.find(fits) ?? null;
}

function macBinding(binding: Binding): Binding {
  const typesCharacter = binding.alt === true && /^(Key|Digit)/.test(binding.code);
  if (!typesCharacter) return binding;
  const { alt: _, ...rest } = binding;
  return MAC_LINE_KEYS.has(binding.code) ? { ...rest, ctrl: true, shift: true } : { ...rest, ctrl: true };
}

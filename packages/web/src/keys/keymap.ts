/** The table of key bindings. Pure. The help has a list of its own: key-help.ts. */

/** The actions that keys can run. */
export type ActionName =
  | 'send'
  | 'send-all'
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

/** A key with its modifiers. `code` is the `event.code` of the key that types this letter or sign on a US keyboard. */
export type Binding = {
  code: string;
  alt?: true;
  ctrl?: true;
  shift?: true;
  action: ActionName;
  /** The room's number, for `room-number`. */
  number?: number;
  /** The focus that the binding needs; any when it is absent. */
  where?: FocusArea;
};

/** The part of the page that has the focus. */
export type FocusArea = 'input' | 'log' | 'elsewhere';

const ROOM_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** All bindings, for keyboards other than the Mac's. */
export const KEYMAP: readonly Binding[] = [
  { code: 'Enter', action: 'send', where: 'input' },
  { code: 'NumpadEnter', action: 'send', where: 'input' },
  { code: 'Enter', ctrl: true, action: 'send-all', where: 'input' },
  { code: 'NumpadEnter', ctrl: true, action: 'send-all', where: 'input' },
  { code: 'Enter', shift: true, action: 'newline', where: 'input' },
  { code: 'Enter', alt: true, action: 'newline', where: 'input' },
  { code: 'ArrowUp', action: 'history-older', where: 'input' },
  { code: 'ArrowDown', action: 'history-newer', where: 'input' },
  { code: 'Tab', action: 'complete-next', where: 'input' },
  { code: 'Tab', shift: true, action: 'complete-previous', where: 'input' },
  { code: 'ArrowUp', ctrl: true, action: 'edit-last' },
  { code: 'ArrowUp', action: 'message-older', where: 'log' },
  { code: 'KeyK', action: 'message-older', where: 'log' },
  { code: 'ArrowDown', action: 'message-newer', where: 'log' },
  { code: 'KeyJ', action: 'message-newer', where: 'log' },
  { code: 'Home', action: 'message-first', where: 'log' },
  { code: 'End', action: 'message-last', where: 'log' },
  { code: 'Enter', action: 'message-menu', where: 'log' },
  { code: 'F6', ctrl: true, action: 'pane-next' },
  { code: 'F6', ctrl: true, shift: true, action: 'pane-previous' },
  { code: 'ArrowUp', alt: true, action: 'room-previous' },
  { code: 'ArrowDown', alt: true, action: 'room-next' },
  ...ROOM_NUMBERS.map(
    (number): Binding => ({
      code: `Digit${number % 10}`,
      alt: true,
      action: 'room-number',
      number,
    }),
  ),
  { code: 'KeyA', alt: true, action: 'room-active' },
  { code: 'KeyU', alt: true, action: 'unread-line' },
  { code: 'PageUp', shift: true, action: 'unread-line' },
  { code: 'PageUp', action: 'page-up' },
  { code: 'PageDown', action: 'page-down' },
  { code: 'Home', ctrl: true, action: 'oldest' },
  { code: 'End', ctrl: true, action: 'live-end' },
  { code: 'Escape', action: 'escape' },
  { code: 'KeyN', alt: true, shift: true, action: 'people' },
  { code: 'KeyK', ctrl: true, action: 'switcher' },
  { code: 'KeyF', ctrl: true, shift: true, action: 'search' },
  { code: 'F1', action: 'help' },
  { code: 'Slash', alt: true, action: 'help' },
];

/** The parts of a keyboard event that bindings depend on. */
export type KeyPress = Pick<
  KeyboardEvent,
  | 'key'
  | 'code'
  | 'altKey'
  | 'ctrlKey'
  | 'shiftKey'
  | 'metaKey'
  | 'isComposing'
  | 'keyCode'
  | 'getModifierState'
>;

/** The `keyCode` of events while an input method composes. */
const COMPOSING_KEY_CODE = 229;
/** On a Mac these edit lines with Ctrl, so the bindings add Shift. */
const MAC_LINE_KEYS = new Set(['KeyA', 'KeyU', 'KeyN']);

/** Whether the key press belongs to an input method or AltGr. Bindings ignore it. */
export function isForeignKey(event: KeyPress): boolean {
  return isComposing(event) || event.getModifierState('AltGraph');
}

/** Whether a key belongs to a text that an input method composes. */
export function isComposing(event: KeyPress): boolean {
  return event.isComposing || event.keyCode === COMPOSING_KEY_CODE;
}

/** The binding of a key press; null for none. On a Mac, Alt with a letter or digit types a character, so Ctrl replaces it; Cmd is Ctrl before Enter and K. */
export function findBinding(event: KeyPress, area: FocusArea, isMac: boolean): Binding | null {
  const typed = codeOf(event);
  const isCmd = isMac && event.metaKey && /Enter$|^KeyK$/.test(typed);
  if (isForeignKey(event) || (event.metaKey && !isCmd)) return null;
  // Some keyboards type this sign only with Shift.
  const isShifted = event.shiftKey && event.key !== '/';
  const isMatch = (binding: Binding) => {
    const { code, alt = false, ctrl = false, shift = false } = isMac ? macBinding(binding) : binding;
    return (
      code === typed &&
      alt === event.altKey &&
      ctrl === (event.ctrlKey || isCmd) &&
      shift === isShifted &&
      (binding.where === undefined || binding.where === area)
    );
  };
  return KEYMAP.find(isMatch) ?? null;
}

/**
 * The code that bindings know a key by. The typed Latin letter or slash decides, so that Alt+A is the A of AZERTY and Dvorak too.
 * Other scripts, and digits, which French keyboards type with Shift, go by place.
 */
function codeOf({ key, code }: KeyPress): string {
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  if (key === '/') return 'Slash';
  return /^[!-~]$/.test(key) && /^(Key|Slash)/.test(code) ? '' : code;
}

function macBinding(binding: Binding): Binding {
  // macOS itself takes Ctrl+Up.
  if (binding.action === 'edit-last') return { code: 'KeyE', ctrl: true, shift: true, action: 'edit-last' };
  const typesCharacter = binding.alt === true && /^(Key|Digit)/.test(binding.code);
  if (!typesCharacter) return binding;
  const { alt: _, ...rest } = binding;
  return MAC_LINE_KEYS.has(binding.code) ? { ...rest, ctrl: true, shift: true } : { ...rest, ctrl: true };
}

/** The keys in the help. Apart from the key map, because a first visit needs no help. */

/** A line of the help. */
export type KeyHelp = { keys: string; does: string };

/** The lines of the help, with the modifiers of the reader's machine. */
export function keyHelp(isMac: boolean): KeyHelp[] {
  const alt = isMac ? 'Ctrl' : 'Alt';
  const letter = isMac ? 'Ctrl+Shift' : 'Alt';
  return [
    { keys: 'Enter', does: 'send' },
    { keys: 'Shift+Enter', does: 'new line' },
    { keys: isMac ? 'Cmd+Enter' : 'Ctrl+Enter', does: 'send, also a code block' },
    { keys: 'Tab, Shift+Tab', does: 'complete a name' },
    { keys: 'Esc, then Tab', does: 'leave the input' },
    { keys: 'Up, Down', does: 'previous lines' },
    { keys: isMac ? 'Ctrl+Shift+E' : 'Ctrl+Up', does: 'edit your last message' },
    { keys: 'Alt+Up, Alt+Down', does: 'previous, next room' },
    { keys: `${alt}+1 … ${alt}+0`, does: 'room 1 to 10' },
    { keys: isMac ? 'Cmd+K' : 'Ctrl+K', does: 'go to room or person' },
    { keys: 'Ctrl+Shift+F', does: 'search messages' },
    { keys: `${letter}+A`, does: 'next unread room' },
    { keys: `${letter}+U`, does: 'first unread message' },
    { keys: 'PageUp, PageDown', does: 'scroll' },
    { keys: 'Ctrl+Home, Ctrl+End', does: 'oldest, newest message' },
    { keys: 'Ctrl+F6', does: 'next pane' },
    { keys: 'Up, Down, J, K', does: 'next message, in the log' },
    { keys: 'Enter', does: 'message menu, in the log' },
    { keys: isMac ? 'Ctrl+Shift+N' : 'Alt+Shift+N', does: 'show or hide people' },
    { keys: 'Esc', does: 'close or cancel' },
    { keys: 'F1, Alt+/', does: 'show this help' },
  ];
}

import { describe, expect, it } from 'vitest';
import { findBinding, isForeignKey, KEYMAP, type KeyPress } from './keymap.ts';

function press(code: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key: '',
    code,
    altKey: false,
    ctrlKey: false,
    shiftKey: false,
    metaKey: false,
    isComposing: false,
    keyCode: 0,
    getModifierState: () => false,
    ...more,
  };
}

describe('keymap', () => {
  it('binds no key twice', () => {
    const keys = KEYMAP.map(({ code, alt, ctrl, shift, where }) => [code, alt, ctrl, shift, where].join());
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('distinguishes modifiers', () => {
    expect(findBinding(press('Enter'), 'input', false)?.action).toBe('send');
    expect(findBinding(press('Enter', { shiftKey: true }), 'input', false)?.action).toBe('newline');
    expect(findBinding(press('ArrowUp', { altKey: true }), 'input', false)?.action).toBe('room-previous');
    expect(findBinding(press('ArrowUp', { ctrlKey: true }), 'input', false)?.action).toBe('edit-last');
  });

  it('sends with Ctrl+Enter everywhere, and with Cmd+Enter on a Mac', () => {
    for (const code of ['Enter', 'NumpadEnter']) {
      expect(findBinding(press(code, { ctrlKey: true }), 'input', false)?.action).toBe('send-all');
      expect(findBinding(press(code, { ctrlKey: true }), 'input', true)?.action).toBe('send-all');
      expect(findBinding(press(code, { metaKey: true }), 'input', true)?.action).toBe('send-all');
      expect(findBinding(press(code, { metaKey: true }), 'input', false)).toBeNull();
    }
  });

  it('applies the keys of the input and the log only there', () => {
    expect(findBinding(press('Tab'), 'elsewhere', false)).toBeNull();
    expect(findBinding(press('PageUp'), 'elsewhere', false)?.action).toBe('page-up');
    expect(findBinding(press('KeyJ'), 'input', false)).toBeNull();
    expect(findBinding(press('KeyJ'), 'log', false)?.action).toBe('message-newer');
    expect(findBinding(press('Enter'), 'log', false)?.action).toBe('message-menu');
  });

  it('opens rooms by number, with 0 for the tenth', () => {
    expect(findBinding(press('Digit3', { altKey: true }), 'input', false)?.number).toBe(3);
    expect(findBinding(press('Digit0', { altKey: true }), 'input', false)?.number).toBe(10);
  });

  it.each([
    ['KeyQ', 'a', { altKey: true }, 'room-active'],
    ['KeyA', 'q', { altKey: true }, undefined],
    ['KeyA', 'ф', { altKey: true }, 'room-active'],
    ['KeyV', 'k', { ctrlKey: true }, 'switcher'],
    ['KeyK', 't', { ctrlKey: true }, undefined],
    ['KeyY', 'F', { ctrlKey: true, shiftKey: true }, 'search'],
    ['Slash', '/', { altKey: true }, 'help'],
    ['Slash', '÷', { altKey: true }, 'help'],
    ['Slash', '-', { altKey: true }, undefined],
    ['Digit7', '/', { altKey: true, shiftKey: true }, 'help'],
    ['Digit7', '7', { altKey: true }, 'room-number'],
    ['Digit1', '&', { altKey: true }, 'room-number'],
  ])('follows the letters of the keyboard: %s types %s', (code, key, more, action) => {
    expect(findBinding(press(code, { key, ...more }), 'input', false)?.action).toBe(action);
  });

  it('ignores input methods and AltGr', () => {
    expect(findBinding(press('Enter', { isComposing: true }), 'input', false)).toBeNull();
    expect(findBinding(press('Enter', { keyCode: 229 }), 'input', false)).toBeNull();
    const altGr = press('Digit7', { altKey: true, getModifierState: (key) => key === 'AltGraph' });
    expect(isForeignKey(altGr)).toBe(true);
    expect(findBinding(altGr, 'input', false)).toBeNull();
  });

  it('on a Mac, Cmd+K opens the switcher, and Ctrl+Shift+E edits, because macOS takes Ctrl+Up', () => {
    for (const more of [{ metaKey: true }, { ctrlKey: true }]) {
      expect(findBinding(press('KeyK', { key: 'k', ...more }), 'input', true)?.action).toBe('switcher');
    }
    expect(findBinding(press('KeyK', { metaKey: true }), 'input', false)).toBeNull();
    expect(findBinding(press('ArrowUp', { ctrlKey: true }), 'input', true)).toBeNull();
    const edit = press('KeyE', { key: 'E', ctrlKey: true, shiftKey: true });
    expect(findBinding(edit, 'input', true)?.action).toBe('edit-last');
    expect(findBinding(edit, 'input', false)).toBeNull();
  });

  it('uses Ctrl instead of Alt on a Mac, where Alt types characters', () => {
    expect(findBinding(press('Digit3', { altKey: true }), 'input', true)).toBeNull();
    expect(findBinding(press('Digit3', { ctrlKey: true }), 'input', true)?.number).toBe(3);
    expect(findBinding(press('KeyA', { ctrlKey: true }), 'input', true)).toBeNull();
    expect(findBinding(press('KeyA', { ctrlKey: true, shiftKey: true }), 'input', true)?.action).toBe(
      'room-active',
    );
    expect(findBinding(press('ArrowUp', { altKey: true }), 'input', true)?.action).toBe('room-previous');
  });
});

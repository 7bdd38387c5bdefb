import { describe, expect, it } from 'vitest';
import { findBinding, isForeignKey, KEYMAP, type KeyPress } from './keymap.ts';

function press(code: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
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
    const keys = KEYMAP.map(({ code, alt, ctrl, shift }) => [code, alt, ctrl, shift].join());
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('tells modifiers apart', () => {
    expect(findBinding(press('Enter'), true, false)?.action).toBe('send');
    expect(findBinding(press('Enter', { shiftKey: true }), true, false)?.action).toBe('newline');
    expect(findBinding(press('ArrowUp', { altKey: true }), true, false)?.action).toBe('room-previous');
    expect(findBinding(press('ArrowUp', { ctrlKey: true }), true, false)).toBeNull();
  });

  it('keeps the keys of the input to the input', () => {
    expect(findBinding(press('Tab'), false, false)).toBeNull();
    expect(findBinding(press('PageUp'), false, false)?.action).toBe('page-up');
  });

  it('opens rooms by number, 0 being the tenth', () => {
    expect(findBinding(press('Digit3', { altKey: true }), true, false)?.number).toBe(3);
    expect(findBinding(press('Digit0', { altKey: true }), true, false)?.number).toBe(10);
  });

  it('leaves input methods and AltGr alone', () => {
    expect(findBinding(press('Enter', { isComposing: true }), true, false)).toBeNull();
    expect(findBinding(press('Enter', { keyCode: 229 }), true, false)).toBeNull();
    const altGr = press('Digit7', { altKey: true, getModifierState: (key) => key === 'AltGraph' });
    expect(isForeignKey(altGr)).toBe(true);
    expect(findBinding(altGr, true, false)).toBeNull();
  });

  it('takes Ctrl for Alt on a Mac, where Alt types characters', () => {
    expect(findBinding(press('Digit3', { altKey: true }), true, true)).toBeNull();
    expect(findBinding(press('Digit3', { ctrlKey: true }), true, true)?.number).toBe(3);
    expect(findBinding(press('KeyA', { ctrlKey: true }), true, true)).toBeNull();
    expect(findBinding(press('KeyA', { ctrlKey: true, shiftKey: true }), true, true)?.action).toBe(
      'room-active',
    );
    expect(findBinding(press('ArrowUp', { altKey: true }), true, true)?.action).toBe('room-previous');
  });
});

import { describe, expect, it } from 'vitest';
import { tabTitle } from './tab.ts';

describe('tab title', () => {
  it('tells mentions first, else what is unread', () => {
    expect(tabTitle('stations', 'chat.example.net', 1, 9)).toBe('(!1) #stations — chat.example.net');
    expect(tabTitle('stations', 'chat.example.net', 0, 9)).toBe('(9) #stations — chat.example.net');
    expect(tabTitle('stations', 'chat.example.net', 0, 0)).toBe('#stations — chat.example.net');
    expect(tabTitle(null, 'chat.example.net', 0, 0)).toBe('chat.example.net');
  });
});

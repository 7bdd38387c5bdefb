import { describe, expect, it } from 'vitest';
import { tabTitle } from './tab.ts';

describe('tab title', () => {
  it('counts mentions, or else unread messages', () => {
    expect(tabTitle('#plates', 'talk.example.org', 1, 9)).toBe('(!1) #plates — talk.example.org');
    expect(tabTitle('#plates', 'talk.example.org', 0, 9)).toBe('(9) #plates — talk.example.org');
    expect(tabTitle('#plates', 'talk.example.org', 0, 0)).toBe('#plates — talk.example.org');
    expect(tabTitle(null, 'talk.example.org', 0, 0)).toBe('talk.example.org');
  });
});

import { describe, expect, it } from 'vitest';
import { mapStorage } from '../../test/map-storage.ts';
import { createDrafts, DRAFT_COPIES_MAX } from './drafts.ts';

const ROOM = 7;

/** A browser whose tabs share a storage. Each call of the result opens a tab; `load` loads its page. */
function browser(userId = 1) {
  const shared = mapStorage();
  let ids = 0;
  const tab = () => {
    const own = mapStorage();
    const load = (user = userId) => createDrafts({ shared, own, newId: () => `tab-${++ids}` }, user);
    return { own, load, drafts: load() };
  };
  return { shared, tab };
}

describe('drafts', () => {
  it('are kept per person and room through a reload, and leave nothing in the shared storage when empty', () => {
    const { shared, tab } = browser();
    const { drafts, load } = tab();
    drafts.set(ROOM, 'half a thou');
    expect(load().get(ROOM)).toBe('half a thou');
    expect(load().get(8)).toBe('');
    expect(load(2).get(ROOM)).toBe('');
    drafts.set(ROOM, '');
    expect(shared.values.size).toBe(0);
    expect(load().get(ROOM)).toBe('');
  });

  it('survive in two tabs the reload of either, and what the other one sends', () => {
    const { tab } = browser();
    const [one, two] = [tab(), tab()];
    one.drafts.set(ROOM, 'one');
    two.drafts.set(ROOM, 'two');
    expect(one.load().get(ROOM)).toBe('one');
    expect(two.load().get(ROOM)).toBe('two');
    two.drafts.set(ROOM, '');
    expect(one.load().get(ROOM)).toBe('one');
    expect(two.load().get(ROOM)).toBe('');
  });

  it('stay after their tabs were closed for the next visit, the newest first, and each once', () => {
    const { shared, tab } = browser();
    tab().drafts.set(ROOM, 'one');
    tab().drafts.set(ROOM, 'two');
    const third = tab().drafts;
    expect(third.get(ROOM)).toBe('two');
    third.set(ROOM, 'two and more');
    third.set(ROOM, '');
    expect(tab().drafts.get(ROOM)).toBe('one');
    expect(shared.values.size).toBe(1);
  });

  it('are not taken from another tab by looking at them', () => {
    const { tab } = browser();
    const one = tab().drafts;
    one.set(ROOM, 'mine');
    const two = tab().drafts;
    two.set(ROOM, two.get(ROOM));
    one.set(ROOM, '');
    expect(two.get(ROOM)).toBe('');
  });

  it('are found when an earlier version stored them', () => {
    const { shared, tab } = browser();
    shared.setItem(`banter.draft.1.${ROOM}`, '[1, 2]');
    expect(tab().drafts.get(ROOM)).toBe('[1, 2]');
  });

  it('keep the copies of DRAFT_COPIES_MAX tabs, and none after a sign-out', () => {
    const { shared, tab } = browser();
    const tabs = Array.from({ length: DRAFT_COPIES_MAX + 1 }, tab);
    for (const [index, { drafts }] of tabs.entries()) drafts.set(ROOM, `draft ${index}`);
    expect(JSON.parse([...shared.values.values()][0] ?? '')).toHaveLength(DRAFT_COPIES_MAX);
    tabs[0]?.drafts.clear([]);
    expect(shared.values.size).toBe(0);
    expect(tabs[0]?.load().get(ROOM)).toBe('');
  });
});

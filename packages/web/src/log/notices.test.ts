import { describe, expect, it } from 'vitest';
import { isSameRun, noticeText } from './notices.ts';

const AT = new Date(2026, 10, 20, 13, 44).toISOString();

function join(username: string) {
  return { type: 'join' as const, roomId: 1, seq: 1, at: AT, userId: 1, username };
}

describe('notices', () => {
  it('shows a join with its time', () => {
    expect(noticeText([join('ann')])).toBe('ann joined (13:44)');
  });

  it('collapses a run of joins and names each person once', () => {
    expect(noticeText(['ben', 'cleo', 'dov', 'ben', 'ann'].map(join))).toBe(
      'ben, cleo and 2 others joined (13:44)',
    );
  });

  it('does not mix joins and leaves', () => {
    expect(isSameRun(join('a'), join('b'))).toBe(true);
    expect(isSameRun(join('a'), { ...join('a'), type: 'leave' })).toBe(false);
    const topic = { ...join('a'), type: 'topic' as const, topic: 'x' };
    expect(isSameRun(topic, topic)).toBe(false);
  });

  it('describes changes to a room or a person', () => {
    const base = join('cleo');
    expect(noticeText([{ ...base, type: 'topic', topic: 'tides' }])).toBe(
      'cleo set the topic: tides (13:44)',
    );
    expect(noticeText([{ ...base, type: 'topic', topic: '' }])).toBe('cleo cleared the topic (13:44)');
    expect(noticeText([{ ...base, type: 'rename', name: 'sea' }])).toBe(
      'cleo renamed the room to #sea (13:44)',
    );
    expect(noticeText([{ ...base, type: 'kick', target: 2, targetUsername: 'ben' }])).toBe(
      'cleo removed ben (13:44)',
    );
    expect(noticeText([{ ...base, type: 'role', target: 2, targetUsername: 'ben', role: 'owner' }])).toBe(
      'cleo made ben an owner (13:44)',
    );
    const member = {
      ...base,
      type: 'role' as const,
      target: 2,
      targetUsername: 'ben',
      role: 'member' as const,
    };
    expect(noticeText([member])).toBe('cleo made ben a member (13:44)');
    expect(noticeText([member], true)).toBe('cleo added ben (13:44)');
    expect(noticeText([{ ...base, type: 'slow', seconds: 30 }])).toBe(
      'cleo set slow mode: one message every 30 s (13:44)',
    );
    expect(noticeText([{ ...base, type: 'slow', seconds: 0 }])).toBe('cleo turned slow mode off (13:44)');
  });

  it('shows when a mute or ban ends', () => {
    const mute = { ...join('cleo'), type: 'mute' as const, target: 2, targetUsername: 'ben' };
    const soon = new Date(2026, 10, 20, 13, 54).toISOString();
    const tomorrow = new Date(2026, 10, 21, 13, 44).toISOString();
    expect(noticeText([mute])).toBe('cleo unmuted ben (13:44)');
    expect(noticeText([{ ...mute, until: soon }])).toBe('cleo muted ben until 13:54 (13:44)');
    expect(noticeText([{ ...mute, type: 'ban', until: tomorrow, reason: 'shouts' }])).toBe(
      'cleo banned ben until 13:44 on Saturday 21 November 2026: shouts (13:44)',
    );
    expect(noticeText([{ ...mute, type: 'ban' }])).toBe('cleo banned ben (13:44)');
    expect(noticeText([{ ...mute, type: 'unban' }])).toBe('cleo unbanned ben (13:44)');
  });
});

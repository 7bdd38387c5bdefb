import type { ConnectionState } from '@banter/client';
import { describe, expect, it } from 'vitest';
import { linkText } from './connection-text.ts';

function text(
  state: ConnectionState,
  more: { elapsedMs?: number; queuedCount?: number; latencyMs?: number } = {},
) {
  return linkText({ state, elapsedMs: 0, queuedCount: 0, latencyMs: null, ...more })?.text ?? null;
}

describe('connection text', () => {
  it('shows nothing while a first connection is quick', () => {
    expect(text({ name: 'connecting' }, { elapsedMs: 299 })).toBeNull();
    expect(text({ name: 'connecting' }, { elapsedMs: 300 })).toBe('connecting…');
  });

  it('shows the round trip once it is measured', () => {
    expect(text({ name: 'live' })).toBe('live');
    expect(text({ name: 'live' }, { latencyMs: 18.4 })).toBe('live 18 ms');
  });

  it('counts down to the next try and shows how many messages are queued', () => {
    const state: ConnectionState = { name: 'reconnecting', inMs: 4_000, attempt: 2, restarting: false };
    expect(text(state, { elapsedMs: 1_200, queuedCount: 1 })).toBe('reconnecting in 3 s, 1 queued');
    expect(text(state, { elapsedMs: 9_000 })).toBe('reconnecting in 0 s');
    expect(text({ ...state, obstacle: 'no upgrade' })).toBe('a proxy blocks the connection');
    expect(text({ ...state, restarting: true })).toBe('server restarting');
  });

  it('distinguishes offline from an ended session', () => {
    expect(text({ name: 'offline' }, { queuedCount: 2 })).toBe('offline, 2 queued');
    expect(text({ name: 'ended', reason: 'signed out' })).toBe('session ended');
  });
});

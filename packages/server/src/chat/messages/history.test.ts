import { ChatError, type Message, NOTICES_MAX_BYTES, type Notice, TOPIC_MAX_CHARS } from '@banter/protocol';
import { beforeEach, expect, test } from 'vitest';
import type { Membership } from '../../store/memberships.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { fitNotices, type HistoryQuery } from './history.ts';
import { Messages } from './messages.ts';

const CALLER = { user: { id: 2, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
const END = Number.MAX_SAFE_INTEGER;
const HISTORY: readonly Message[] = [1, 2, 3, 4, 5, 6].map((seq) => ({
  ...{ roomId: 1, userId: 2, username: 'ann', content: 'x', at: '2026-01-01T00:00:00.000Z' },
  ...{ seq, id: `message-${seq}` },
}));

/** The seq ranges of which notices were read. */
let noticeRanges: [number, number][];
let isMember: boolean;
let messages: Messages;

beforeEach(() => {
  noticeRanges = [];
  isMember = true;
  messages = new Messages({
    messages: {
      find: async () => null,
      isStored: async () => false,
      listBefore: async (_room, _user, before, limit) => ({ messages: below(before, limit) }),
      listAfter: async (_room, _user, after, limit) => ({ messages: above(after, limit) }),
      listAround: async (_room, _user, at, limit) => ({
        messages: [...below(at + 1, limit), ...above(at, limit)],
      }),
    },
    events: {
      async listNotices(_room, first, last) {
        noticeRanges.push([first, last]);
        return [];
      },
    },
    memberships: {
      async require() {
        if (!isMember) throw new ChatError('not_member');
        return {} as Membership;
      },
    },
    appender: { append: () => Promise.reject(), change: () => Promise.reject() },
    quota: { take: () => {}, giveBack: () => {} },
    limits: { take: () => {}, refusal: () => null, requireShare: () => {}, charge: () => {} },
    names: { mentionedIn: () => [] },
  });
});

function below(before: number, limit: number): Message[] {
  return HISTORY.filter(({ seq }) => seq < before).slice(-limit);
}

function above(after: number, limit: number): Message[] {
  return HISTORY.filter(({ seq }) => seq > after).slice(0, limit);
}

test.each<[string, HistoryQuery, number[], boolean]>([
  ['the newest by default', {}, [1, 2, 3, 4, 5, 6], false],
  ['the newest few', { limit: 2 }, [5, 6], true],
  ['some below a seq', { before: 4, limit: 2 }, [2, 3], true],
  ['all below a seq', { before: 4, limit: 3 }, [1, 2, 3], false],
  ['none below the first', { before: 1 }, [], false],
  ['some above a seq', { after: 2, limit: 2 }, [3, 4], true],
  ['all above a seq', { after: 4, limit: 2 }, [5, 6], false],
  ['both sides of a seq', { around: 3, limit: 4 }, [2, 3, 4, 5], true],
  ['both sides of the first', { around: 1, limit: 4 }, [1, 2, 3, 4], false],
  ['the end, around a seq beyond it', { around: 99, limit: 2 }, [5, 6], true],
])('a page has messages in ascending order: %s', async (_name, query, seqs, hasMore) => {
  const page = await messages.history(CALLER, 1, query);
  expect([page.messages.map(({ seq }) => seq), page.hasMore]).toEqual([seqs, hasMore]);
});

test.each<[HistoryQuery, [number, number]]>([
  [{ limit: 2 }, [5, END - 1]],
  [{ limit: 10 }, [1, END - 1]],
  [{ before: 5, limit: 2 }, [3, 4]],
  [{ before: 3, limit: 2 }, [1, 2]],
  [{ after: 2, limit: 2 }, [3, 4]],
  [{ after: 2, limit: 10 }, [3, END]],
  [{ around: 3, limit: 2 }, [3, 4]],
])('a page of %j includes the notices of its seq range on request', async (query, range) => {
  await messages.history(CALLER, 1, query);
  expect(noticeRanges).toEqual([]);
  await messages.history(CALLER, 1, { ...query, include: 'notices' });
  expect(noticeRanges).toEqual([range]);
});

test('[A6] history is for members', async () => {
  isMember = false;
  for (const query of [{}, { after: 1 }, { around: 1 }]) {
    await expect(messages.history(CALLER, 1, query)).rejects.toMatchObject({ code: 'not_member' });
  }
});

test('[L11] the newest notices that fit into their bytes go with a page', () => {
  const topic = '\u{1F422}'.repeat(TOPIC_MAX_CHARS);
  const notices = Array.from({ length: 60 }, (_, i): Notice => {
    const act = { type: 'topic', topic, roomId: 1, seq: i + 1 } as const;
    return { ...act, at: '2026-01-01T00:00:00.000Z', userId: 2, username: 'ann' };
  });
  const fitting = fitNotices(notices);
  expect(fitting).toEqual(notices.slice(-fitting.length));
  expect(fitting.length).toBeGreaterThan(20);
  expect(Buffer.byteLength(JSON.stringify(fitting))).toBeLessThanOrEqual(NOTICES_MAX_BYTES);
});

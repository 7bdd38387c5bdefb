import { ChatError, type Message } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import { RATES } from '../../../test/harness/rates.ts';
import type { Appender, NewMessage } from '../../store/append/appender.ts';
import type { Membership } from '../../store/memberships.ts';
import type { MessageStore as Store } from '../../store/messages.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import type { Memberships } from '../rooms/memberships.ts';
import { type HistoryQuery, Messages, type SendOrder } from './messages.ts';

const CALLER = { user: { id: 2, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
const AT = '2026-01-01T00:00:00.000Z';

let appended: NewMessage[];
let history: Message[];
/** From where to where notices were asked for. */
let asked: [number, number][];
let isMember: boolean;
/** Whether the store cannot say who is a member. */
let isAway: boolean;
let clock: ManualClock;
let messages: Messages;

beforeEach(() => {
  appended = [];
  history = [];
  asked = [];
  isMember = true;
  isAway = false;
  clock = createManualClock();
  messages = build(null);
});

/** The parts as plain objects; `others` stand in the place of the usual ones. */
function build(
  rates: typeof RATES,
  others: Partial<Pick<Appender, 'append'> & Pick<Store, 'find'>> = {},
): Messages {
  const appender: Pick<Appender, 'append' | 'change'> = {
    change: async () => ({ changed: false }),
    async append(message) {
      appended.push(message);
      return { seq: appended.length, at: AT, duplicate: false };
    },
    ...others,
  };
  const memberships: Pick<Memberships, 'require'> = {
    async require() {
      if (isAway) throw new ChatError('unavailable');
      if (!isMember) throw new ChatError('not_member');
      return {
        ...{ roomId: 1, name: 'x', kind: 'open', topic: '', role: 'member', head: 0, joinedSeq: 1 },
        ...{ people: null, archivedAt: null },
      } as Membership;
    },
  };
  return new Messages({
    appender,
    memberships,
    events: {
      async listNotices(_room, first, last) {
        asked.push([first, last]);
        return [];
      },
    },
    messages: {
      find: async (_room, _user, seq) => history.find((message) => message.seq === seq) ?? null,
      listBefore: async (_room, _user, before, limit) => ({ messages: below(before, limit) }),
      listAfter: async (_room, _user, after, limit) => ({ messages: above(after, limit) }),
      listAround: async (_room, _user, at, limit) => ({
        messages: [...below(at + 1, limit), ...above(at, limit)],
      }),
      ...others,
    },
    limits: new RateLimits({ clock, rates }),
    names: { calledIn: () => [] },
  });
}

function below(before: number, limit: number): Message[] {
  return history.filter(({ seq }) => seq < before).slice(-limit);
}

function above(after: number, limit: number): Message[] {
  return history.filter(({ seq }) => seq > after).slice(0, limit);
}

describe('sending', () => {
  test('stores the normalised content with the author and the id, and gives the message as history has it', async () => {
    const sent = await messages.send(CALLER, { roomId: 1, id: 'abcdefgh', content: 'a\r\nb', replyTo: 3 });
    const message = { roomId: 1, userId: 2, username: 'ann', id: 'abcdefgh', content: 'a\nb', replyTo: 3 };
    expect(appended).toEqual([message]);
    expect(sent).toEqual({ seq: 1, at: AT, duplicate: false, message: { ...message, seq: 1, at: AT } });
  });

  test('[S3] what is stored is answered without a further look into the store, which might fail: a repeat too', async () => {
    const place = { seq: 4, at: AT, duplicate: true, now: { content: 'after', editedAt: AT } };
    const away = async () => {
      throw new ChatError('unavailable');
    };
    const sender = build(null, { append: async () => place, find: away });
    const { message } = await sender.send(CALLER, { roomId: 1, id: 'abcdefgh', content: 'before' });
    expect(message).toMatchObject({ seq: 4, content: 'after', editedAt: AT });
  });

  test('[S2] without an id gives it one of its own', async () => {
    for (let i = 0; i < 2; i++) await messages.send(CALLER, { roomId: 1, content: 'x' });
    const ids = new Set(appended.map(({ id }) => id));
    expect(ids.size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  });

  test.each([
    ['an empty content', { content: '' }],
    ['a content of 8,001 characters', { content: 'x'.repeat(8_001) }],
    ['half a surrogate pair', { content: '\ud83d' }],
    ['U+0000', { content: '\u0000' }],
    ['an id that is too short', { content: 'x', id: 'short' }],
  ])('[S5] %s is invalid, and leaves no gap behind', async (_what, input) => {
    const order: SendOrder = new Map();
    const attempt = messages.send(CALLER, { roomId: 1, id: 'abcdefgh', ...input }, order);
    await expect(attempt).rejects.toMatchObject({ code: 'invalid' });
    await messages.send(CALLER, { roomId: 1, id: 'ijklmnop', content: 'x' }, order);
    expect(appended.map(({ id }) => id)).toEqual(['ijklmnop']);
  });

  test('[S4] [L2] over the limit is refused, and so is what comes behind it, until it comes again', async () => {
    const limited = build(RATES);
    const order: SendOrder = new Map();
    const send = (id: string, roomId = 1) => limited.send(CALLER, { roomId, id, content: 'x' }, order);
    for (let i = 0; i < 400; i++) await send(`message-${i}`);
    await expect(send('one-too-many')).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 25 });
    await expect(send('the-next-one')).rejects.toMatchObject({ code: 'order_gap' });
    await expect(send('one-too-many')).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(send('in-another-room', 2)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(appended).toHaveLength(400);
  });
});

describe('[L2] a room as a whole', () => {
  /** Three messages at once, and then none for long. */
  const rates = { ...RATES, room: { burst: 3, perSecond: 0.001 } } as typeof RATES;
  const other = { ...CALLER, user: { id: 3, username: 'bob' } };

  test('takes so many messages of all its people, and refuses more, with the time to wait', async () => {
    const busy = build(rates);
    for (const caller of [CALLER, other, CALLER]) await busy.send(caller, { roomId: 1, content: 'x' });
    const refused = { code: 'rate_limited', retryAfterMs: 1_000_000 };
    await expect(busy.send(other, { roomId: 1, content: 'x' })).rejects.toMatchObject(refused);
    await expect(busy.edit(other, 1, 1, 'y')).rejects.toMatchObject(refused);
    await expect(busy.send(other, { roomId: 2, content: 'x' })).resolves.toBeDefined();
  });

  test('is not filled by what the store refuses, or has already', async () => {
    let answer = async (): Promise<never> => {
      throw new ChatError('not_member');
    };
    const place = { seq: 4, at: AT, duplicate: true };
    const busy = build(rates, { append: () => answer() });
    for (let i = 0; i < 9; i++)
      await expect(busy.send(CALLER, { roomId: 1, content: 'x' })).rejects.toMatchObject({
        code: 'not_member',
      });
    answer = async () => place as never;
    for (let i = 0; i < 9; i++) await busy.send(CALLER, { roomId: 1, content: 'x' });
  });

  test('[A5] that is busy tells strangers nothing of it, also when they send many at once', async () => {
    const busy = build(rates);
    for (let i = 0; i < 3; i++) await busy.send(CALLER, { roomId: 1, content: 'x' });
    isMember = false;
    const order: SendOrder = new Map();
    const codes = [1, 2, 3].map((n) =>
      busy.send(other, { roomId: 1, id: `stranger-${n}`, content: 'x' }, order).catch(({ code }) => code),
    );
    expect(await Promise.all(codes)).toEqual(['not_member', 'not_member', 'not_member']);
  });

  test('[S4] whose people cannot be looked up refuses what comes behind a send too, until that comes again', async () => {
    const busy = build(rates);
    for (let i = 0; i < 3; i++) await busy.send(other, { roomId: 1, content: 'x' });
    const order: SendOrder = new Map();
    const send = (id: string) => busy.send(CALLER, { roomId: 1, id, content: 'x' }, order);
    isAway = true;
    const codes = [1, 2].map((n) => send(`in-order-${n}`).catch(({ code }) => code));
    expect(await Promise.all(codes)).toEqual(['unavailable', 'order_gap']);
    isAway = false;
    clock.advance(1_000_000_000);
    await expect(send('in-order-2')).rejects.toMatchObject({ code: 'order_gap' });
    await send('in-order-1');
    await send('in-order-2');
    expect(appended.slice(3).map(({ id }) => id)).toEqual(['in-order-1', 'in-order-2']);
  });

  test('[S4] takes what was sent meanwhile behind what it has looked for, also when it can take more by then', async () => {
    const busy = build(rates);
    for (let i = 0; i < 3; i++) await busy.send(other, { roomId: 1, content: 'x' });
    const order: SendOrder = new Map();
    const sends = [1, 2, 3].map((n) =>
      busy.send(CALLER, { roomId: 1, id: `in-order-${n}`, content: 'x' }, order),
    );
    clock.advance(1_000_000_000);
    await Promise.all(sends);
    expect(appended.slice(3).map(({ id }) => id)).toEqual(['in-order-1', 'in-order-2', 'in-order-3']);
  });

  test('[S4] refuses in the order sent', async () => {
    const busy = build(rates);
    const order: SendOrder = new Map();
    const codes = [1, 2, 3, 4, 5, 6].map((n) =>
      busy.send(CALLER, { roomId: 1, id: `in-order-${n}`, content: 'x' }, order).then(
        () => 'ok',
        ({ code }) => code,
      ),
    );
    // What was under way at once may go beyond the bound.
    expect(await Promise.all(codes)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    const more = [7, 8].map((n) =>
      busy.send(CALLER, { roomId: 1, id: `in-order-${n}`, content: 'x' }, order).catch(({ code }) => code),
    );
    expect(await Promise.all(more)).toEqual(['rate_limited', 'order_gap']);
  });
});

describe('history', () => {
  const page = (query: Parameters<Messages['history']>[2]) => messages.history(CALLER, 1, query);
  const seqs = async (query: Parameters<Messages['history']>[2]) => {
    const { messages: found, hasMore } = await page(query);
    return [found.map(({ seq }) => seq), hasMore];
  };

  beforeEach(() => {
    history = [1, 2, 3, 4, 5, 6].map((seq) => ({
      ...{ roomId: 1, userId: 2, username: 'ann', content: 'x', at: AT },
      ...{ seq, id: `message-${seq}` },
    }));
  });

  test.each([
    ['the newest by default', {}, [1, 2, 3, 4, 5, 6], false],
    ['the newest few', { limit: 2 }, [5, 6], true],
    ['what is below a seq', { before: 4, limit: 2 }, [2, 3], true],
    ['all that is below a seq', { before: 4, limit: 3 }, [1, 2, 3], false],
    ['nothing below the first', { before: 1 }, [], false],
    ['what is above a seq', { after: 2, limit: 2 }, [3, 4], true],
    ['all that is above a seq', { after: 4, limit: 2 }, [5, 6], false],
    ['both sides of a seq', { around: 3, limit: 4 }, [2, 3, 4, 5], true],
    ['both sides of the first', { around: 1, limit: 4 }, [1, 2, 3, 4], false],
    ['the end around a seq beyond it', { around: 99, limit: 2 }, [5, 6], true],
  ])('gives %s, ascending', async (_what, query, expected, hasMore) => {
    expect(await seqs(query)).toEqual([expected, hasMore]);
  });

  const END = Number.MAX_SAFE_INTEGER;
  test.each<[HistoryQuery, [number, number]]>([
    [{ limit: 2 }, [5, END - 1]],
    [{ limit: 10 }, [1, END - 1]],
    [{ before: 5, limit: 2 }, [3, 4]],
    [{ before: 3, limit: 2 }, [1, 2]],
    [{ after: 2, limit: 2 }, [3, 4]],
    [{ after: 2, limit: 10 }, [3, END]],
    [{ around: 3, limit: 2 }, [3, 4]],
  ])('by %j goes with what else happened in that part, if asked', async (query, span) => {
    await messages.history(CALLER, 1, query);
    expect(asked).toEqual([]);
    await messages.history(CALLER, 1, { ...query, include: 'notices' });
    expect(asked).toEqual([span]);
  });

  test('[A6] is for members', async () => {
    isMember = false;
    for (const query of [{}, { after: 1 }, { around: 1 }]) {
      await expect(page(query)).rejects.toMatchObject({ code: 'not_member' });
    }
  });
});

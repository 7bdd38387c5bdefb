import { ChatError } from '@banter/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import { RATES } from '../../../test/harness/rates.ts';
import type { Appender, NewMessage } from '../../store/append/appender.ts';
import type { Membership } from '../../store/memberships.ts';
import type { MessageStore } from '../../store/messages.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import { ALL_PERMISSIONS } from '../permissions.ts';
import { committedMessage, Messages, type SendOrder } from './messages.ts';

const CALLER = { user: { id: 2, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
const AT = '2026-01-01T00:00:00.000Z';

let appended: NewMessage[];
let isMember: boolean;
/** Whether the store of memberships cannot be reached. */
let isAway: boolean;
let clock: ManualClock;
let messages: Messages;

beforeEach(() => {
  appended = [];
  isMember = true;
  isAway = false;
  clock = createManualClock();
  messages = build(null);
});

/** Messages on plain objects; `others` replace the usual ones. */
function build(
  rates: typeof RATES,
  others: Partial<Pick<Appender, 'append'> & Pick<MessageStore, 'find'>> = {},
): Messages {
  const unused = () => Promise.reject(new Error('history is not read here'));
  return new Messages({
    appender: {
      change: async () => ({ changed: false }),
      async append(message) {
        appended.push(message);
        return { seq: appended.length, at: AT, duplicate: false };
      },
      ...others,
    },
    memberships: {
      async require() {
        if (isAway) throw new ChatError('unavailable');
        if (!isMember) throw new ChatError('not_member');
        return {} as Membership;
      },
    },
    events: { listNotices: unused },
    messages: {
      find: unused,
      listBefore: unused,
      listAfter: unused,
      listAround: unused,
      isStored: unused,
      ...others,
    },
    limits: new RateLimits({ clock, rates }),
    quota: { take: () => {}, giveBack: () => {} },
    names: { mentionedIn: () => [] },
  });
}

describe('sending', () => {
  test('stores the normalised content with author and id, and returns the message as history does', async () => {
    const sent = await messages.send(CALLER, { roomId: 1, id: 'abcdefgh', content: 'a\r\nb', replyTo: 3 });
    const message = { roomId: 1, userId: 2, username: 'ann', id: 'abcdefgh', content: 'a\nb', replyTo: 3 };
    expect(appended).toEqual([message]);
    expect(sent).toEqual({ stored: { seq: 1, at: AT, duplicate: false }, message });
  });

  test('[S3] answers a stored message and a repeat without another query, which might fail', async () => {
    const place = { seq: 4, at: AT, duplicate: true, now: { content: 'after', editedAt: AT } };
    const away = async () => {
      throw new ChatError('unavailable');
    };
    const sender = build(null, { append: async () => place, find: away });
    const { message, stored } = await sender.send(CALLER, { roomId: 1, id: 'abcdefgh', content: 'before' });
    expect(committedMessage(message, stored)).toMatchObject({ seq: 4, content: 'after', editedAt: AT });
  });

  test('[S2] creates an id for a send without one', async () => {
    for (let i = 0; i < 2; i++) await messages.send(CALLER, { roomId: 1, content: 'x' });
    const ids = new Set(appended.map(({ id }) => id));
    expect(ids.size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
  });

  test.each([
    ['an empty content', { content: '' }],
    ['a content that nobody can see', { content: ' \u200b\n' }],
    ['a content of 8,001 characters', { content: 'x'.repeat(8_001) }],
    ['half a surrogate pair', { content: '\ud83d' }],
    ['U+0000', { content: '\u0000' }],
    ['an id that is too short', { content: 'x', id: 'short' }],
  ])('[S5] rejects %s as invalid, and leaves no gap', async (_name, input) => {
    const order: SendOrder = new Map();
    const attempt = messages.send(CALLER, { roomId: 1, id: 'abcdefgh', ...input }, order);
    await expect(attempt).rejects.toMatchObject({ code: 'invalid' });
    await messages.send(CALLER, { roomId: 1, id: 'ijklmnop', content: 'x' }, order);
    expect(appended.map(({ id }) => id)).toEqual(['ijklmnop']);
  });

  test('[S4] [L2] rejects a send over the limit and all later ones, until that send is repeated', async () => {
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
  /** Three messages at once, then none for a long time. */
  const rates = { ...RATES, room: { burst: 3, perSecond: 0.001 } } as typeof RATES;
  const other = { ...CALLER, user: { id: 3, username: 'bob' } };

  test('accepts a limited rate from all its people, then one of each person, and rejects more with the time to wait', async () => {
    const busy = build(rates);
    for (const caller of [CALLER, other, CALLER, other]) await busy.send(caller, { roomId: 1, content: 'x' });
    const refused = { code: 'rate_limited', retryAfterMs: 1_000_000 };
    await expect(busy.send(other, { roomId: 1, content: 'x' })).rejects.toMatchObject(refused);
    await expect(busy.edit(other, 1, 1, 'y')).rejects.toMatchObject(refused);
    await expect(busy.send(other, { roomId: 2, content: 'x' })).resolves.toBeDefined();
  });

  test('is not charged for rejected messages, or for repeats', async () => {
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

  test('[A5] does not reveal to outsiders that it is busy, even if they send many at once', async () => {
    const busy = build(rates);
    for (let i = 0; i < 3; i++) await busy.send(CALLER, { roomId: 1, content: 'x' });
    isMember = false;
    const order: SendOrder = new Map();
    const codes = [1, 2, 3].map((n) =>
      busy.send(other, { roomId: 1, id: `stranger-${n}`, content: 'x' }, order).catch(({ code }) => code),
    );
    expect(await Promise.all(codes)).toEqual(['not_member', 'not_member', 'not_member']);
  });

  test('[S4] whose members cannot be read rejects a send and all later ones, until that send is repeated', async () => {
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

  test('[S4] stores sends in order, even if its limit ends while a membership is checked', async () => {
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

  test('[S4] rejects in the order sent', async () => {
    const busy = build(rates);
    const order: SendOrder = new Map();
    const codes = [1, 2, 3, 4, 5, 6].map((n) =>
      busy.send(CALLER, { roomId: 1, id: `in-order-${n}`, content: 'x' }, order).then(
        () => 'ok',
        ({ code }) => code,
      ),
    );
    // Parallel sends may go beyond the bound.
    expect(await Promise.all(codes)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    // The first is in the sender's share of a busy room.
    const more = [7, 8, 9].map((n) =>
      busy.send(CALLER, { roomId: 1, id: `in-order-${n}`, content: 'x' }, order).then(
        () => 'ok',
        ({ code }) => code,
      ),
    );
    expect(await Promise.all(more)).toEqual(['ok', 'rate_limited', 'order_gap']);
  });
});

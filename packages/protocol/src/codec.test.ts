import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeCommand, exceedsDepth, OPS } from './codec.ts';
import type { Command, Op } from './commands.ts';
import type { ServerEvent } from './events.ts';
import { JSON_MAX_DEPTH } from './limits.ts';
import { decodeFrame, encodeEvent } from './server-frames.ts';

const ID = 'a_valid-id';

/** A valid command of each op, with all fields. */
const RIGHT: { [K in Op]: Extract<Command, { op: K }> } = {
  hello: { op: 'hello', token: 't', rooms: [{ roomId: 1 }, { roomId: 2, after: 0, epoch: 'e' }] },
  send: { op: 'send', id: ID, roomId: 1, content: 'hi', replyTo: 3, kind: 'me' },
  edit: { op: 'edit', id: ID, roomId: 1, seq: 3, content: 'ho' },
  delete: { op: 'delete', id: ID, roomId: 1, seq: 3 },
  react: { op: 'react', id: ID, roomId: 1, seq: 3, emoji: '👍', on: true },
  subscribe: { op: 'subscribe', id: ID, roomId: 1, after: 0, epoch: 'e' },
  unsubscribe: { op: 'unsubscribe', id: ID, roomId: 1 },
  read: { op: 'read', roomId: 1, seq: 0 },
  typing: { op: 'typing', roomId: 1 },
  away: { op: 'away', id: 'command-01', on: true, message: 'at lunch' },
  auth: { op: 'auth', id: ID, token: 't' },
  pong: { op: 'pong', t: 1.5 },
};

/** Any UTF-16 text, including unpaired surrogates. */
const utf16 = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

const OPTIONAL = new Set([
  'hello.rooms',
  'send.replyTo',
  'send.kind',
  'subscribe.after',
  'subscribe.epoch',
  'away.message',
]);

/** Values that each field must reject. */
const NO_ID = [1, null, '', 'short', 'x'.repeat(65), 'with space', 'umläutig'];
const NO_ROOM_ID = [0, -1, 1.5, '1', null, 2 ** 53, [1]];
const NO_SEQ = [-1, 0.5, '1', null, 2 ** 53];
const NO_TEXT = [1, null, {}, [], true];
const WRONG: Record<string, readonly unknown[]> = {
  id: NO_ID,
  roomId: NO_ROOM_ID,
  replyTo: NO_ROOM_ID,
  after: NO_SEQ,
  seq: NO_SEQ,
  content: NO_TEXT,
  message: NO_TEXT,
  kind: ['you', 1, null, ''],
  emoji: [...NO_TEXT, '', 'a', '1', '👍👍', ':tada:', '\ud83d'],
  on: [0, 1, 'true', null],
  token: NO_TEXT,
  epoch: NO_TEXT,
  t: ['1', null, {}],
  rooms: [null, {}, 'x', [1], [null], [{}], [{ roomId: 1, more: 1 }], [{ roomId: 1, after: -1 }]],
};

const FIELDS = OPS.flatMap((op) =>
  Object.keys(RIGHT[op])
    .filter((field) => field !== 'op')
    .map((field) => ({ op, field, at: `${op}.${field}` })),
);

function decode(value: unknown) {
  return decodeCommand(JSON.stringify(value));
}

function without(command: Command, field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(command).filter(([name]) => name !== field));
}

describe('a command', () => {
  test.each(OPS)('%s is decoded unchanged', (op) => {
    expect(decode(RIGHT[op])).toEqual({ ok: true, command: RIGHT[op] });
  });

  test.each(FIELDS.filter(({ at }) => !OPTIONAL.has(at)))('[L1] without $at is rejected', ({ op, field }) => {
    expect(decode(without(RIGHT[op], field))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(`^${op}: ${field} must `),
    });
  });

  test.each(FIELDS.filter(({ at }) => OPTIONAL.has(at)))('may omit $at', ({ op, field }) => {
    expect(decode(without(RIGHT[op], field)).ok).toBe(true);
  });

  test.each(FIELDS)('[L1] with an invalid $at is rejected, and the problem names it', ({ op, field }) => {
    for (const value of WRONG[field] ?? []) {
      const decoded = decode({ ...RIGHT[op], [field]: value });
      expect(decoded).toMatchObject({ ok: false, problem: expect.stringMatching(`^${op}: ${field} must `) });
    }
    expect(WRONG[field]?.length).toBeGreaterThan(0);
  });

  test.each(OPS)('[L1] %s with an unknown field is rejected', (op) => {
    for (const name of ['extra', 'toString', 'constructor', '']) {
      const decoded = decode({ ...RIGHT[op], [name]: 1 });
      expect(decoded).toMatchObject({ ok: false, problem: `${op}: unknown field ${JSON.stringify(name)}` });
    }
  });

  test('[L1] with a field named __proto__ is rejected', () => {
    expect(decodeCommand('{"op":"typing","roomId":1,"__proto__":{"x":1}}').ok).toBe(false);
    expect(decodeCommand('{"op":"typing","__proto__":{"roomId":1}}').ok).toBe(false);
  });

  test('with a repeated field uses the last one, as JSON.parse does', () => {
    expect(decodeCommand('{"op":"typing","roomId":1,"roomId":2}')).toMatchObject({ command: { roomId: 2 } });
  });
});

describe('a frame that is not a command', () => {
  test.each(['', ' ', '{', 'nonsense', '[]', '1', '"text"', 'null', 'true', '[{"op":"pong","t":1}]'])(
    '[L1] %j is rejected: it is not a JSON object',
    (text) => {
      expect(decodeCommand(text)).toEqual({ ok: false, problem: 'a frame must be one JSON object' });
    },
  );

  test.each([undefined, null, 1, '', 'Send', 'toString', '__proto__', 'constructor', ['send']])(
    '[L1] with an op of %j is rejected with the list of ops',
    (op) => {
      expect(decode({ op })).toEqual({ ok: false, problem: expect.stringContaining(OPS.join(', ')) });
    },
  );

  test('is answered with its id if that is valid, and without an id otherwise', () => {
    expect(decode({ op: 'send', id: ID })).toMatchObject({ ok: false, id: ID });
    expect(decode({ op: 'nonsense', id: ID })).toMatchObject({ ok: false, id: ID });
    expect(decode({ op: 'send', id: 'short' })).not.toHaveProperty('id');
    expect(decode({ op: 'send', id: { nested: ID } })).not.toHaveProperty('id');
  });
});

describe('the depth of JSON', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  test('[L1] eight levels pass and nine are rejected', () => {
    expect(exceedsDepth(nested(JSON_MAX_DEPTH), JSON_MAX_DEPTH)).toBe(false);
    expect(exceedsDepth(nested(JSON_MAX_DEPTH + 1), JSON_MAX_DEPTH)).toBe(true);
    expect(decodeCommand(nested(100_000))).toMatchObject({ problem: expect.stringMatching(/deeper than 8/) });
  });

  test('[L1] brackets next to each other do not add up', () => {
    expect(exceedsDepth(`[${Array(100).fill('{}').join()}]`, 2)).toBe(false);
  });

  test('[L1] brackets in strings do not count, also after escapes', () => {
    expect(decode({ ...RIGHT.send, content: '[{'.repeat(50) }).ok).toBe(true);
    expect(decode({ ...RIGHT.send, content: `"${'['.repeat(50)}\\` }).ok).toBe(true);
    expect(exceedsDepth('["\\\\",[[["\\""]]]]', 3)).toBe(true);
  });

  test('[L1] is what a full parse finds, for any JSON', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(6), (value, max) => {
        expect(exceedsDepth(JSON.stringify(value), max)).toBe(depthOf(value) > max);
      }),
    );
  });
});

describe('any input', () => {
  const json = fc.jsonValue().map((value) => JSON.stringify(value));
  const almost = fc
    .record({
      op: fc.constantFrom(...OPS),
      id: fc.jsonValue(),
      roomId: fc.jsonValue(),
      content: fc.jsonValue(),
    })
    .map((value) => JSON.stringify(value));
  const broken = fc.tuple(fc.constantFrom(...OPS), fc.nat(), utf16).map(([op, at, text]) => {
    const right = JSON.stringify(RIGHT[op]);
    return right.slice(0, at % right.length) + text + right.slice(at % right.length);
  });

  test('[L1] decodes to a known command or to a problem in words, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(utf16, json, almost, broken), (text) => {
        const decoded = decodeCommand(text);
        if (decoded.ok) expect(OPS).toContain(decoded.command.op);
        else expect(decoded.problem).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  test('[S5] passes the content of a send on unchanged, unpaired surrogates included: the content check judges it', () => {
    fc.assert(
      fc.property(utf16, (content) => {
        expect(decode({ ...RIGHT.send, content })).toMatchObject({ ok: true, command: { content } });
      }),
    );
  });
});

describe('a server frame', () => {
  const message = fc.record({
    type: fc.constant('message' as const),
    roomId: fc.integer({ min: 1 }),
    seq: fc.integer({ min: 1 }),
    at: fc.constant('2026-01-01T00:00:00.000Z'),
    userId: fc.integer({ min: 1 }),
    username: fc.string(),
    content: utf16,
    id: fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/),
  });

  test('with any events, joined by line feeds, decodes to the same events', () => {
    fc.assert(
      fc.property(fc.array(message), (events: ServerEvent[]) => {
        const lines = events.map(encodeEvent);
        expect(lines.every((line) => !line.includes('\n'))).toBe(true);
        expect(decodeFrame(lines.join('\n'))).toEqual(events);
      }),
    );
  });

  test('may contain types and lines that this version does not know', () => {
    const frame =
      '{"type":"novelty","x":1}\n\n[1]\nnull\n{"typeless":1}\n{"type":"live","roomId":1,"head":2}';
    expect(decodeFrame(frame).map(({ type }) => type)).toEqual(['novelty', 'live']);
  });

  test('with a line that is not JSON is rejected as a whole', () => {
    expect(() => decodeFrame('{"type":"live"}\n{')).toThrow(SyntaxError);
  });
});

import { FRAME_MAX_BYTES } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { serveRoutes, type TestRoutes } from '../../../test/harness/routes.ts';
import { id, text } from '../schemas/schemas.ts';
import { queryReader, readJson, readJsonOrText, readOptionalJson } from './input.ts';
import { readId } from './params.ts';

const body = z.strictObject({ name: text, count: id.optional() });

let routes: TestRoutes;
beforeAll(async () => {
  routes = await serveRoutes((app) => {
    app.post('/json', async (c) => c.json(await readJson(c, body)));
    app.post('/optional', async (c) =>
      c.json(await readOptionalJson(c, z.strictObject({ name: text.optional() }))),
    );
    app.post('/text', async (c) =>
      c.json(await readJsonOrText(c, z.strictObject({ text: z.string() }), 'text')),
    );
    app.get('/things/:thing', (c) => c.json({ thing: readId(c.req.param('thing'), 'thing') }));
    app.get('/query', (c) =>
      c.json(queryReader(z.strictObject({ limit: z.coerce.number().int().optional() }))(c)),
    );
  });
});
afterAll(() => routes.close());

async function post(path: string, content: string | Buffer, type: string | null = 'application/json') {
  const headers: Record<string, string> = type === null ? {} : { 'Content-Type': type };
  const response = await fetch(`${routes.url}${path}`, { method: 'POST', body: content, headers });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

async function get(path: string) {
  const response = await fetch(`${routes.url}${path}`);
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

describe('a JSON body', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON'])(
    'with Content-Type %s is accepted',
    async (type) => {
      expect(await post('/json', '{"name":"tea"}', type)).toEqual({ status: 200, answer: { name: 'tea' } });
    },
  );

  test.each([null, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'with Content-Type %s is rejected, which keeps out the forms of other sites',
    async (type) => {
      const { status, answer } = await post('/json', Buffer.from('{"name":"tea"}'), type);
      expect([status, answer.code]).toEqual([400, 'invalid']);
      expect(answer.detail).toContain('Content-Type: application/json');
    },
  );

  test.each([
    ['not JSON', '{', 'the body must be JSON'],
    ['empty', '', 'the body must be JSON'],
    ['nested too deep', `{"name":${'['.repeat(8)}${']'.repeat(8)}}`, 'deeper than 8 levels'],
    ['a list', '[]', 'the body must be an object'],
    ['a text with half a surrogate pair', '{"name":"\\ud83d"}', 'name: must be valid Unicode'],
    ['a text with U+0000', '{"name":"\\u0000"}', 'name: must be valid Unicode without U+0000'],
    ['an object with an unknown field', '{"name":"x","extra":1}', 'extra'],
  ])('[L1] that is %s is rejected, and the detail says why', async (_name, content, detail) => {
    const { status, answer } = await post('/json', content);
    expect([status, answer.code]).toEqual([400, 'invalid']);
    expect(answer.detail).toContain(detail);
  });

  test('with several invalid fields gets an error for each', async () => {
    const { answer } = await post('/json', '{"name":1,"count":0.5}');
    expect((answer.errors as { field: string }[]).map(({ field }) => field)).toEqual(['name', 'count']);
  });

  test('that is not UTF-8 is rejected', async () => {
    const { answer } = await post('/json', Buffer.from('{"name":"\xff"}', 'latin1'));
    expect(answer.detail).toBe('the body must be UTF-8');
  });

  test('that is optional and missing counts as an empty object', async () => {
    expect(await post('/optional', '', null)).toEqual({ status: 200, answer: {} });
    expect(await post('/optional', '{"name":"x"}')).toEqual({ status: 200, answer: { name: 'x' } });
    expect((await post('/optional', '{"name":"x"}', 'text/plain')).status).toBe(400);
  });
});

describe('[L1] a body of more than 128 KiB', () => {
  const large = Buffer.alloc(FRAME_MAX_BYTES + 1, 'x');

  test('is rejected by its Content-Length', async () => {
    expect(await post('/text', large, 'text/plain')).toMatchObject({
      status: 413,
      answer: { code: 'too_large' },
    });
  });

  test('is rejected without a Content-Length', async () => {
    const stream = new Blob([large]).stream();
    const request = {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { 'Content-Type': 'text/plain' },
    };
    const response = await fetch(`${routes.url}/text`, request as RequestInit);
    expect(response.status).toBe(413);
  });

  test('is accepted with one byte less', async () => {
    const { answer } = await post('/text', large.subarray(1), 'text/plain');
    expect((answer.text as string).length).toBe(FRAME_MAX_BYTES);
  });
});

test('[S5] a plain text is kept byte for byte, without the byte order mark before it', async () => {
  const raw = 'a\r\nb\t\u{1F422}\uFEFF ';
  for (const given of [raw, `\uFEFF${raw}`]) {
    expect(await post('/text', given, 'text/plain; charset=utf-8')).toMatchObject({ answer: { text: raw } });
  }
  expect(await post('/text', '\uFEFF\uFEFFa', 'text/plain')).toMatchObject({ answer: { text: '\uFEFFa' } });
  expect(await post('/json', '\uFEFF{"name":"tea"}')).toMatchObject({ answer: { name: 'tea' } });
  expect(await post('/optional', '\uFEFF')).toMatchObject({ status: 200 });
});

test.each(['utf-8', 'UTF8', '"Utf-8"', 'utf-8; format=flowed'])(
  'the charset %s is UTF-8',
  async (charset) => {
    expect(await post('/text', 'a', `text/plain; charset=${charset}`)).toMatchObject({ status: 200 });
    expect(await post('/json', '{"name":"a"}', `application/json;charset=${charset}`)).toMatchObject({
      status: 200,
    });
  },
);

test.each(['iso-8859-1', 'UTF-16', 'us-ascii', '"windows-1252"', '', 'utf-8; charset=latin1', 'utf-88'])(
  'the charset %s is refused by name, even if the bytes are UTF-8',
  async (charset) => {
    for (const [path, type, body] of [
      ['/text', 'text/plain', 'a'],
      ['/json', 'application/json', '{"name":"a"}'],
      ['/optional', 'application/json', '{"name":"a"}'],
    ] as const) {
      const { status, answer } = await post(path, body, `${type}; charset=${charset}`);
      expect([path, status, answer.code]).toEqual([path, 415, 'unsupported_media_type']);
      expect(answer.detail).toContain('send UTF-8');
    }
  },
);

test('bytes that are no UTF-8 are refused', async () => {
  for (const bytes of [[0xe9], [0xff, 0xfe, 0x61, 0x00], [0xc0, 0xaf], [0xed, 0xa0, 0x80]])
    expect(await post('/text', Buffer.from(bytes), 'text/plain')).toMatchObject({ status: 400 });
});

test.each(['1', '42', String(Number.MAX_SAFE_INTEGER)])('%s in a path is an id', async (thing) => {
  expect(await get(`/things/${thing}`)).toEqual({ status: 200, answer: { thing: Number(thing) } });
});

test.each(['0', '-1', '1.5', 'x', '9007199254740993', '%20', '1e3', '0x10', '01', '+1'])(
  '%s in a path is not found',
  async (thing) => {
    expect(await get(`/things/${thing}`)).toMatchObject({ status: 404, answer: { code: 'not_found' } });
  },
);

test('a query is checked like a body', async () => {
  expect(await get('/query?limit=5')).toEqual({ status: 200, answer: { limit: 5 } });
  expect(await get('/query?limit=x')).toMatchObject({
    status: 400,
    answer: { errors: [{ field: 'limit' }] },
  });
  for (const value of ['', '%20', '1e1', '%2B1', '+1', '0x10', '1.0', '01', '-0', '1%20', 'null'])
    expect(await get(`/query?limit=${value}`)).toMatchObject({
      status: 400,
      answer: { errors: [{ field: 'limit', message: 'must be a whole number' }] },
    });
  expect(await get('/query?limit=1&limit=2')).toMatchObject({
    status: 400,
    answer: { errors: [{ field: 'limit' }] },
  });
  expect(await get('/query?limit[]=1')).toMatchObject({ status: 400, answer: { code: 'invalid' } });
  expect(await get('/query?limits=5')).toMatchObject({ status: 400, answer: { code: 'invalid' } });
});

test.each(['gzip', 'br', 'gzip, identity', 'x-unknown'])(
  'a body in the encoding %s is refused by its name, also if it is not compressed',
  async (coding) => {
    for (const [path, type] of [
      ['/text', 'text/plain'],
      ['/json', 'application/json'],
      ['/optional', 'application/json'],
    ] as const) {
      const headers = { 'Content-Type': type, 'Content-Encoding': coding };
      const response = await fetch(`${routes.url}${path}`, { method: 'POST', body: '{"name":"a"}', headers });
      expect([path, response.status, response.headers.get('Accept-Encoding')]).toEqual([
        path,
        415,
        'identity',
      ]);
      expect(await response.json()).toMatchObject({ detail: expect.stringContaining(coding) });
    }
  },
);

test('a body in the encoding identity is accepted', async () => {
  const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'Identity' };
  const response = await fetch(`${routes.url}/json`, { method: 'POST', body: '{"name":"a"}', headers });
  expect(response.status).toBe(200);
});

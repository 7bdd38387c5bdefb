/** Pages of history and of hits end at a number of bytes, and together still contain everything. */
import {
  CONTENT_MAX_CHARS,
  type Message,
  type MessagePage,
  PAGE_MAX,
  PAGE_MAX_BYTES,
  type SearchPage,
} from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { until } from '../harness/wait.ts';

/** The longest texts: of one byte, of four bytes, and with an escape for each character. */
const FILLERS = ['x', '\u{1F422}', '"'];
const MESSAGES = 45;

let app: TestApp;
let ann: Person;
let room: At;
let sent: Message[];
beforeAll(async () => {
  app = await startApp();
  ann = await person(app, 'ann');
  room = await ann.opens('lobby');
  sent = [];
  for (let i = 0; i < MESSAGES; i++) {
    const filler = FILLERS[i % FILLERS.length] ?? '';
    sent.push(await ann.posts(room, `needle ${i} `.padEnd(40) + filler.repeat(CONTENT_MAX_CHARS - 40)));
  }
});
afterAll(() => app.close());

const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);
const bytesOf = (page: unknown) => Buffer.byteLength(JSON.stringify(page));

describe('a page of history', () => {
  it.each(['before', 'after'] as const)(
    '[L11] ends at its bytes, and `%s` goes on from there',
    async (side) => {
      const seen: number[] = [];
      let edge = side === 'before' ? Number.MAX_SAFE_INTEGER : 0;
      let page: MessagePage;
      let pages = 0;
      do {
        page = await ann.reads(room, `?limit=${PAGE_MAX}&${side}=${edge}`);
        expect(bytesOf(page)).toBeLessThanOrEqual(PAGE_MAX_BYTES);
        expect(page.messages.length).toBeGreaterThan(0);
        if (side === 'before') seen.unshift(...seqs(page.messages));
        else seen.push(...seqs(page.messages));
        edge = (side === 'before' ? page.messages[0] : page.messages.at(-1))?.seq ?? 0;
        pages++;
      } while (page.hasMore);
      expect(seen).toEqual(seqs(sent));
      expect(pages).toBeGreaterThan(2);
    },
  );

  it('[L11] around a message has it, and the nearest on both sides', async () => {
    const middle = sent[20]?.seq ?? 0;
    const page = await ann.reads(room, `?limit=${PAGE_MAX}&around=${middle}`);
    expect(bytesOf(page)).toBeLessThanOrEqual(PAGE_MAX_BYTES);
    expect(page.hasMore).toBe(true);
    const [older, newer] = [20 - seqs(sent).indexOf(page.messages[0]?.seq ?? 0), page.messages.length];
    expect(older).toBeGreaterThan(2);
    expect(newer - older).toBeGreaterThan(2);
    expect(seqs(page.messages)).toEqual(seqs(sent).slice(20 - older, 20 - older + page.messages.length));
  });
});

describe.each(['newest', 'best'])('a page of the %s hits', (order) => {
  it.each([0, 10])(
    '[L11] [F6] ends at its bytes with %i messages around each, and the cursor goes on',
    async (context) => {
      await until('all is indexed', async () => (await search(`q=needle`)).behind === 0);
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const query = new URLSearchParams({ q: 'needle', order, limit: '50', context: `${context}` });
        if (cursor !== undefined) query.set('cursor', cursor);
        const page = await search(`${query}`);
        expect(bytesOf(page)).toBeLessThanOrEqual(PAGE_MAX_BYTES);
        expect(page.hits.length).toBeGreaterThan(0);
        for (const hit of page.hits) {
          const near = [...(hit.before ?? []), ...(hit.after ?? [])];
          if (context > 0) expect(near.length).toBeGreaterThan(0);
          for (const each of near)
            expect(Math.abs(each.seq - hit.message.seq)).toBeLessThanOrEqual(near.length);
        }
        seen.push(...seqs(page.hits.map(({ message }) => message)));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(seen.toSorted((a, b) => a - b)).toEqual(seqs(sent));
    },
  );
});

async function search(query: string): Promise<SearchPage> {
  const { status, body } = await ann.asks('GET', `/v1/search?${query}`);
  expect(status).toBe(200);
  return body as SearchPage;
}

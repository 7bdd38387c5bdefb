/** The load of a soak besides chat over sockets: sends and reads over HTTP, cut connections, and readers that pause. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Message, MessagePage } from '@banter/protocol';
import { type Answer, ask, type Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { type Chance, createChance } from '../harness/seed.ts';
import { hashOf } from '../history/record.ts';
import type { Run } from '../history/run.ts';

/** The running load. */
export type Load = {
  /** Stops the load. Resolves once its last request has ended. */
  stop(): Promise<void>;
  /** Problems found so far, as sentences. */
  readonly broken: readonly string[];
  /** The number of pages read. */
  readonly pages: number;
};

const POST_EVERY_MS = 200;
const READ_EVERY_MS = 250;
const CUT_EVERY_MS = 2_000;
const PAUSE_EVERY_MS = 10_000;
const PAUSE_MS = 4_000;
const ANSWER_MAX_MS = 10_000;
const AGAIN_MS = 200;
const SEED = 7;

/** Starts the load. */
export function startLoad(host: Host, run: Run): Load {
  const chance = createChance(SEED);
  const broken: string[] = [];
  const [owner, ...others] = run.clients;
  const [author] = run.people;
  if (!owner || !author) throw new RangeError('a soak needs people');
  let isOver = false;
  let posts = 0;
  let pages = 0;
  const roomId = () => chance.pick(run.rooms).id;
  const loops = [
    every(POST_EVERY_MS, () => post(host, run, author, roomId(), `posted-${++posts}`)),
    every(READ_EVERY_MS, async () => {
      const problem = await readPage(host, author, roomId(), chance);
      if (problem) broken.push(problem);
      pages++;
    }),
    every(CUT_EVERY_MS, async () => chance.pick(others).cut()),
    every(PAUSE_EVERY_MS, async () => {
      const client = chance.pick(others);
      client.read('none');
      await delay(PAUSE_MS);
      client.read('eager');
    }),
  ];

  async function every(periodMs: number, act: () => Promise<void>): Promise<void> {
    while (!isOver) {
      await delay(2 * periodMs * chance.next());
      if (!isOver) await act();
    }
  }

  return {
    broken,
    get pages() {
      return pages;
    },
    async stop() {
      isOver = true;
      await Promise.all(loops);
    },
  };
}

/** Sends one message over HTTP. Retries with the same id until the server accepts it. */
async function post(host: Host, { history }: Run, author: Person, roomId: number, id: string): Promise<void> {
  const content = `${id} over HTTP`;
  for (let attempt = 0; ; attempt++) {
    const of = { userId: author.user.id, connection: `${id}, try ${attempt}`, roomId, id };
    history.record({ kind: 'invoke', ...of, hash: hashOf(content), overHttp: true });
    const answer = await tryAsk(host, author, 'POST', `/v1/rooms/${roomId}/messages`, { id, content });
    if (answer?.status === 200 || answer?.status === 201) {
      const { seq } = answer.body as Message;
      history.record({ kind: 'ok', ...of, seq, duplicate: answer.status === 200 });
      return;
    }
    if (answer === null) history.record({ kind: 'unknown', ...of });
    else {
      const { code } = answer.body as { code: string };
      history.record({ kind: 'refused', ...of, code, retryable: true });
    }
    await delay(AGAIN_MS);
  }
}

/** Reads a page of history from a random place. @returns a problem, or null. */
async function readPage(host: Host, reader: Person, roomId: number, chance: Chance): Promise<string | null> {
  const before = chance.whole(2, 2_000);
  const path = `/v1/rooms/${roomId}/messages?limit=50&before=${before}`;
  const answer = await tryAsk(host, reader, 'GET', path);
  if (answer?.status !== 200) return null;
  const seqs = (answer.body as MessagePage).messages.map(({ seq }) => seq);
  const isRising = seqs.every((seq, i) => seq < before && seq > (seqs[i - 1] ?? 0));
  return isRising ? null : `${path} returned the seqs ${seqs.join(', ')}`;
}

/** Sends a request. Renews an expired token for the next one. @returns null without a response. */
async function tryAsk(
  host: Host,
  person: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer | null> {
  try {
    const { token } = person;
    const answer = await ask(host, method, path, { token, body, signal: AbortSignal.timeout(ANSWER_MAX_MS) });
    if (answer.status === UNAUTHENTICATED && token === person.token) await person.renews();
    return answer;
  } catch {
    return null;
  }
}

const UNAUTHENTICATED = 401;

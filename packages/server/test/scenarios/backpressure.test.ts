/** A slow reader delays nobody and misses nothing. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { type Collector, roundTrip, signIn } from '../harness/socket.ts';
import { until } from '../harness/wait.ts';

const FLOOD_MESSAGES = 2_600;
const MESSAGE_CHARS = 8_000;
const AT_ONCE = 30;

const clock = createTestClock();
let app: TestApp;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  app = await startApp({ clock });
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
});
afterAll(() => app.close());

it('[B1] [B2] while one socket does not read 20 MB, others get everything; when it reads again it gets everything too', async () => {
  const room = await shared('flood');
  const [slow, swift] = [await signIn(app, bob.token), await signIn(app, bob.token)];
  await ann.connects();
  slow.ws.pause();
  await flood(room);
  const head = FLOOD_MESSAGES + 2;
  await swift.until('the swift reader has it all', () => swift.log(room.id).at(-1)?.seq === head);
  expect(slow.log(room.id).length).toBeLessThan(FLOOD_MESSAGES);
  slow.ws.resume();
  await slow.until('the slow reader has it all', () => slow.log(room.id).at(-1)?.seq === head);
  const all = Array.from({ length: FLOOD_MESSAGES }, (_, i) => i + 3);
  for (const socket of [swift, slow]) expect(socket.log(room.id).map(({ seq }) => seq)).toEqual(all);
  expect(new Set(slow.log(room.id).map(lengthOf))).toEqual(new Set([MESSAGE_CHARS]));
  await ann.says(room, 'and on it goes');
  for (const socket of [swift, slow]) {
    await socket.until('live again', () => socket.log(room.id).at(-1)?.seq === head + 1);
    socket.ws.terminate();
  }
}, 60_000);

it('[B1] a socket without progress for 30 s is closed with 4000, and gets bye when it reads', async () => {
  const room = await shared('stuck');
  const stuck = await bob.connects();
  await ann.connects();
  stuck.ws.pause();
  await flood(room);
  const before = app.counts().connections;
  await looks(2, 1_000);
  expect(app.counts().connections).toBe(before);
  // Counts from the moment when the last byte fitted into some buffer on the way.
  await until('the stuck socket is closed', async () => {
    await looks(1, 11_000);
    return app.counts().connections === before - 1;
  });
  stuck.ws.resume();
  expect((await stuck.closed()).code).toBe(4000);
  expect(stuck.events.at(-1)).toMatchObject({ type: 'bye', code: 4000 });
  expect(ann.socket.closing).toBeNull();
  const last = stuck.log(room.id).at(-1)?.seq ?? 0;
  const again = await bob.connects([{ roomId: room.id, after: last }]);
  expect(again.log(room.id).at(-1)?.seq).toBe(FLOOD_MESSAGES + 2);
  expect(again.log(room.id)[0]?.seq).toBe(last + 1);
}, 60_000);

it('[B1] the server skips only typing and presence for a slow reader', async () => {
  const room = await shared('typing');
  const slow = await bob.connects();
  await ann.connects();
  slow.ws.pause();
  await flood(room);
  ann.socket.send({ op: 'typing', roomId: room.id });
  await ann.says(room, 'the last word');
  slow.ws.resume();
  await bob.sees('the last word');
  expect(slow.events.filter(({ type }) => type === 'typing')).toEqual([]);
  ann.socket.send({ op: 'typing', roomId: room.id });
  await slow.first('typing', ({ type }) => type === 'typing');
}, 60_000);

async function shared(name: string): Promise<At> {
  const room = await ann.opens(name);
  await bob.joins(room);
  return room;
}

/** Ann sends 20 MB of messages. */
async function flood(room: At): Promise<void> {
  const content = 'x'.repeat(MESSAGE_CHARS);
  for (let said = 0; said < FLOOD_MESSAGES; said += AT_ONCE) {
    const count = Math.min(AT_ONCE, FLOOD_MESSAGES - said);
    await Promise.all(Array.from({ length: count }, () => ann.says(room, content)));
  }
}

/** Advances the clock in steps, so that the server checks its connections at each one and pings are answered. */
async function looks(times: number, ms: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    clock.advance(ms);
    await roundTrip(ann.socket);
  }
}

function lengthOf(event: ReturnType<Collector['log']>[number]): number {
  return event.type === 'message' ? (event.content?.length ?? 0) : 0;
}

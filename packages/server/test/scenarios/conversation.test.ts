/**
 * Runs one conversation twice: over the socket, and over HTTP with Server-Sent Events only. The same steps have the same
 * results, and everyone receives the same events.
 */
import { EVENT_TYPES, type RoomEvent } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { as, type Cast, newest, type RecordResult, STEPS } from './conversation/steps.ts';
import { type Door, HTTP, roomEventsOf, SOCKET } from './conversation/voices.ts';

const TIMEOUT_MS = 60_000;

/** The results of the steps, the events that each person received, and the history at the end. */
type Run = { results: [string, unknown][]; received: Record<string, unknown[]>; history: unknown };

describe('a conversation', () => {
  const apps: TestApp[] = [];
  const runs: Run[] = [];
  beforeAll(async () => {
    for (const door of [SOCKET, HTTP]) {
      const app = await startApp();
      apps.push(app);
      runs.push(await hold(app, door));
    }
  }, TIMEOUT_MS);
  afterAll(() => Promise.all(apps.map((app) => app.close())));

  it.each(Object.keys(STEPS))('has the same results over the socket and over HTTP only: %s', (title) => {
    const [overSocket, overHttp] = runs.map(({ results }) =>
      results.filter(([what]) => what.startsWith(`${title}: `)),
    );
    expect(overHttp).toEqual(overSocket);
    expect(overSocket?.length).toBeGreaterThan(0);
  });

  it('[A7] sends the same events to everyone', () => {
    const [overSocket, overHttp] = runs;
    expect(overHttp?.received).toEqual(overSocket?.received);
    expect(Object.values(overSocket?.received ?? {}).every(({ length }) => length > 0)).toBe(true);
  });

  it('has every kind of event', () => {
    const received = Object.values(runs[0]?.received ?? {}).flat() as RoomEvent[];
    expect([...new Set(received.map(({ type }) => type))].toSorted()).toEqual(EVENT_TYPES.toSorted());
  });

  it('leaves the same history', () => expect(runs[1]?.history).toEqual(runs[0]?.history));
});

async function hold(app: TestApp, door: Door): Promise<Run> {
  const [ada, bob, cat] = [
    await door.enter(app, 'ada'),
    await door.enter(app, 'bob'),
    await door.enter(app, 'cat'),
  ];
  const cast = { ada, bob, cat } as Cast;
  const results: Run['results'] = [];
  for (const [title, step] of Object.entries(STEPS)) {
    const record: RecordResult = (what, result, due = result) => {
      expect(result, `${title}: ${what}`).toEqual(due);
      results.push([`${title}: ${what}`, plain(result)]);
    };
    await step(record, cast);
  }
  const { pier, crew, two } = cast;
  const last = (await newest(ada, pier)).seq;
  for (const voice of [ada, cat]) await voice.hasReceived(pier, last);
  const received = {
    'ada at the pier': roomEventsOf(ada.received(pier)),
    'bob at the pier': roomEventsOf(bob.received(pier)),
    'cat at the pier': roomEventsOf(cat.received(pier)),
    'ada in the crew': roomEventsOf(ada.received(crew)),
    'bob in the crew': roomEventsOf(bob.received(crew)),
    'cat in the crew': roomEventsOf(cat.received(crew)),
    'ada with bob': roomEventsOf(ada.received(two)),
    'bob with ada': roomEventsOf(bob.received(two)),
  };
  const history = plain(await as(ada, `rooms/${pier.id}/messages`));
  for (const voice of [ada, bob, cat]) voice.ends();
  return { results, received: plain(received) as Run['received'], history };
}

/** Removes the times, which differ between runs. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value ?? null).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"');
  return JSON.parse(text);
}

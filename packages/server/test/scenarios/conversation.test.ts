/**
 * One conversation, held twice: by people who have the socket, and by people who have nothing but HTTP and Server-Sent
 * Events. The same steps come to the same results, and everyone hears the same.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { as, type Cast, newest, STEPS, type Told } from './conversation/steps.ts';
import { type Door, factsOf, HTTP, SOCKET } from './conversation/voices.ts';

const TIMEOUT_MS = 60_000;

type Tale = { told: [string, unknown][]; heard: Record<string, unknown[]>; history: unknown };

describe('a conversation', () => {
  const apps: TestApp[] = [];
  const tales: Tale[] = [];
  beforeAll(async () => {
    for (const door of [SOCKET, HTTP]) {
      const app = await startApp();
      apps.push(app);
      tales.push(await hold(app, door));
    }
  }, TIMEOUT_MS);
  afterAll(() => Promise.all(apps.map((app) => app.close())));

  it.each(Object.keys(STEPS))('comes to the same over the socket and over HTTP alone: %s', (title) => {
    const [overSocket, overHttp] = tales.map(({ told }) =>
      told.filter(([what]) => what.startsWith(`${title}: `)),
    );
    expect(overHttp).toEqual(overSocket);
    expect(overSocket?.length).toBeGreaterThan(0);
  });

  it('[A7] is heard alike by everyone', () => {
    const [overSocket, overHttp] = tales;
    expect(overHttp?.heard).toEqual(overSocket?.heard);
    expect(Object.values(overSocket?.heard ?? {}).every(({ length }) => length > 0)).toBe(true);
  });

  it('leaves the same history', () => expect(tales[1]?.history).toEqual(tales[0]?.history));
});

async function hold(app: TestApp, door: Door): Promise<Tale> {
  const [ada, bob, cat] = [
    await door.enter(app, 'ada'),
    await door.enter(app, 'bob'),
    await door.enter(app, 'cat'),
  ];
  const cast = { ada, bob, cat } as Cast;
  const told: Tale['told'] = [];
  for (const [title, step] of Object.entries(STEPS)) {
    const note: Told = (what, result, due = result) => {
      expect(result, `${title}: ${what}`).toEqual(due);
      told.push([`${title}: ${what}`, plain(result)]);
    };
    await step(note, cast);
  }
  const { pier, crew, two } = cast;
  const last = (await newest(ada, pier)).seq;
  for (const voice of [ada, cat]) await voice.hasHeard(pier, last);
  const heard = {
    'ada at the pier': factsOf(ada.heard(pier)),
    'bob at the pier': factsOf(bob.heard(pier)),
    'cat at the pier': factsOf(cat.heard(pier)),
    'ada in the crew': factsOf(ada.heard(crew)),
    'bob in the crew': factsOf(bob.heard(crew)),
    'cat in the crew': factsOf(cat.heard(crew)),
    'ada with bob': factsOf(ada.heard(two)),
    'bob with ada': factsOf(bob.heard(two)),
  };
  const history = plain(await as(ada, `rooms/${pier.id}/messages`));
  for (const voice of [ada, bob, cat]) voice.ends();
  return { told, heard: plain(heard) as Tale['heard'], history };
}

/** Without the times, which no two runs share. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(value ?? null).replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"');
  return JSON.parse(text);
}

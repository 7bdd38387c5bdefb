import { describe, expect, it } from 'vitest';
import { createWorld, mirror, shownIn, type World } from '../test/world.ts';

/** A world whose room has `count` messages, `1` to `count`, and whose newest page is loaded. */
async function worldOf(count: number): Promise<World> {
  const world = createWorld();
  for (let seq = 1; seq <= count; seq++) world.server.post(1, String(seq));
  await world.goLive();
  await world.client.timeline(1).load();
  return world;
}

const ends = (rows: string[]) => [rows[0], rows.at(-1)];

describe('a jump into the history', () => {
  it('loads what stands around a message, and says by a hole row what is missing behind it', async () => {
    const { client } = await worldOf(400);
    const timeline = client.timeline(1);
    const follow = mirror(timeline);
    await timeline.loadAround(100);
    const rows = shownIn(timeline);
    expect(rows.slice(0, 51)).toEqual([...Array.from({ length: 50 }, (_, index) => String(75 + index)), '?']);
    expect(ends(rows.slice(51))).toEqual(['351', '400']);
    expect(timeline.entries[50]).toMatchObject({ kind: 'hole', after: 124, before: 351 });
    expect(follow()).toEqual(timeline.entries);
  });

  it('fills the hole page by page until the two parts are one', async () => {
    const { client } = await worldOf(400);
    const timeline = client.timeline(1);
    await timeline.loadAround(100);
    await timeline.fillHole();
    expect(timeline.entries.find((row) => row.kind === 'hole')).toMatchObject({ after: 324 });
    await timeline.fillHole();
    const rows = shownIn(timeline);
    expect(rows).toEqual(Array.from({ length: 326 }, (_, index) => String(75 + index)));
    await timeline.fillHole();
    expect(timeline.entries).toHaveLength(326);
  });

  it('goes on to older pages from where it landed, down to the beginning', async () => {
    const { client } = await worldOf(400);
    const timeline = client.timeline(1);
    await timeline.loadAround(100);
    while (timeline.hasOlder) await timeline.loadOlder();
    expect(shownIn(timeline).slice(0, 3)).toEqual(['1', '2', '3']);
    while (timeline.entries.some((row) => row.kind === 'hole')) await timeline.fillHole();
    expect(timeline.hasOlder).toBe(false);
    expect(shownIn(timeline)).toEqual(Array.from({ length: 400 }, (_, index) => String(index + 1)));
  });

  it('asks for nothing where the message is there, and leaves no hole where the page meets what is there', async () => {
    const { client, server } = await worldOf(400);
    const timeline = client.timeline(1);
    const asked = server.http.requests.length;
    await timeline.loadAround(360);
    expect(server.http.requests.length).toBe(asked);
    await timeline.loadAround(340);
    expect(ends(shownIn(timeline))).toEqual(['315', '400']);
    expect(shownIn(timeline)).not.toContain('?');
  });

  it('another jump drops the part of the former one, and what comes meanwhile stands at the end', async () => {
    const world = await worldOf(400);
    const timeline = world.client.timeline(1);
    await timeline.loadAround(100);
    world.server.post(1, 'new');
    await world.flush();
    await timeline.loadAround(250);
    const rows = shownIn(timeline);
    expect(rows).not.toContain('100');
    expect(ends(rows)).toEqual(['225', 'new']);
  });

  it('amends what stands in the older part too', async () => {
    const world = await worldOf(400);
    const timeline = world.client.timeline(1);
    await timeline.loadAround(100);
    world.server.fact(1, { type: 'edit', userId: 2, username: 'mira', target: 100, content: 'better' });
    await world.flush();
    expect(shownIn(timeline)).toContain('better');
  });
});

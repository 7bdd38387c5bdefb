/** A room opened by a live client, and the server's words put into its ear. */
import type { RoomEvent, ServerEvent } from '@banter/protocol';
import type { Timeline, TimelinePatch } from '../src/types/log.ts';
import { createWorld, mirror, shownIn, shownRow, type World } from './world.ts';

type Scene = World & {
  timeline: Timeline;
  patches: TimelinePatch[];
  shown(): string[];
  mirrored(): string[];
};

/** A live world with room 1 opened, and `posts` messages in it from before. */
export async function scene(posts = 0): Promise<Scene> {
  const world = createWorld();
  for (let i = 1; i <= posts; i++) world.server.post(1, `old ${i}`);
  await world.goLive();
  const timeline = world.client.timeline(1);
  const patches: TimelinePatch[] = [];
  timeline.onPatch((patch) => patches.push(patch));
  const rows = mirror(timeline);
  const shown = () => shownIn(timeline);
  return { ...world, timeline, patches, shown, mirrored: () => rows().map(shownRow) };
}

/** Gives the client events as the server would. */
export function hear({ server }: World, ...events: ServerEvent[]): void {
  server.socket.say(...events);
  server.socket.deliver();
}

/** A message by mira that the fake server knows nothing of. */
export function told(seq: number): RoomEvent {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    type: 'message',
    roomId: 1,
    seq,
    at,
    userId: 2,
    username: 'mira',
    content: `live ${seq}`,
    id: `id-${seq}`,
  };
}

/** From which seq each subscription that the server has not read yet goes on. */
export function seqsAsked({ server }: World): (number | undefined)[] {
  return server.socket.toServer.map((command) => (command.op === 'subscribe' ? command.after : undefined));
}

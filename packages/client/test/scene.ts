/** A live client with one room open, for tests that push events to it. */
import type { RoomEvent, ServerEvent } from '@banter/protocol';
import type { Timeline, TimelinePatch } from '../src/types/log.ts';
import { SERVER_AT } from './fake-rooms.ts';
import { createWorld, mirror, shownIn, shownRow, type World } from './world.ts';

type Scene = World & {
  timeline: Timeline;
  /** All patches so far. */
  patches: TimelinePatch[];
  /** Returns the rows of the timeline. */
  shown(): string[];
  /** Returns the rows of a list that knows the timeline only by its patches. */
  mirrored(): string[];
};

/** Creates a live world with room 1 open and `posts` earlier messages in it. */
export async function openRoom(posts = 0): Promise<Scene> {
  const world = createWorld();
  for (let i = 1; i <= posts; i++) world.server.post(1, `old ${i}`);
  await world.goLive();
  const timeline = world.client.timeline(1);
  const patches: TimelinePatch[] = [];
  timeline.onPatch((patch) => patches.push(patch));
  const rows = mirror(timeline);
  return {
    ...world,
    timeline,
    patches,
    shown: () => shownIn(timeline),
    mirrored: () => rows().map(shownRow),
  };
}

/** Delivers one frame with these events to the client. */
export function deliver({ server }: World, ...events: ServerEvent[]): void {
  server.socket.push(...events);
  server.socket.deliver();
}

/** Returns a message by mira that the fake server does not know. */
export function messageEvent(seq: number): RoomEvent {
  return {
    ...{ type: 'message', roomId: 1, seq, at: SERVER_AT, userId: 2, username: 'mira' },
    ...{ content: `live ${seq}`, id: `id-${seq}` },
  };
}

/** Returns the `after` of each subscription that the server has not read yet; undefined for any other command. */
export function subscribedAfter({ server }: World): (number | undefined)[] {
  return server.socket.toServer.map((command) => (command.op === 'subscribe' ? command.after : undefined));
}

/** What became of a client's sends: on the line, on the screen, in the store. */
import type { Send } from '@banter/protocol';
import { shownIn, type World } from './world.ts';

/** The texts of sends that the server has not read yet. */
export function sendsOn(world: World): string[] {
  const sends = world.server.socket.toServer.filter((command): command is Send => command.op === 'send');
  return sends.map((command) => command.content);
}

/** What room 1 shows. */
export function shown(world: World): string[] {
  return shownIn(world.client.timeline(1));
}

/** What the server has stored of one's own. */
export function stored({ server }: World): string[] {
  return server.get(1).log.flatMap((event) => (event.type === 'message' ? [event.content ?? ''] : []));
}

/** A client's sends: on their way, in room 1 as shown, and in room 1 as stored. */
import type { Send } from '@banter/protocol';
import { shownIn, type World } from './world.ts';

/** Returns the texts of sends that the server has not read yet. */
export function sendsOn({ server }: World): string[] {
  const sends = server.socket.toServer.filter((command): command is Send => command.op === 'send');
  return sends.map((command) => command.content);
}

/** Returns the rows of room 1. */
export function shown(world: World): string[] {
  return shownIn(world.client.timeline(1));
}

/** Returns the texts of the messages that the server has stored in room 1. */
export function stored({ server }: World): string[] {
  return server.get(1).log.flatMap((event) => (event.type === 'message' ? [event.content ?? ''] : []));
}

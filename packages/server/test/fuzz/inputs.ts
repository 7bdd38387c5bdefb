/** The mix of inputs: each kind has its own generator and its own share. */

import { decodeCommand } from '@banter/protocol';
import type { Chance } from '../harness/seed.ts';
import { commandText, TOKEN } from './commands.ts';
import type { Input } from './deliver.ts';
import { frameBytes, upgradeBytes } from './frames.ts';
import { listFieldNames, listRoutes, type RequestInput, requestInput } from './requests.ts';
import type { Target } from './target.ts';

/** A way in, the part of all inputs that takes it, and how many pieces of work are under way at once. */
export type Way = { name: string; share: number; workers: number; next(chance: Chance): Input };

/** Frames behind a hello that are kept until its welcome: more in one packet are too many. */
const BATCH_MAX = 60;
/** One fewer than close a socket, with one to spare. */
const INVALID_MAX = 8;
/** Longer frames close the socket, as they should: those are among the frames. */
const COMMAND_MAX_CHARS = 20_000;
const PIPELINE_MAX = 20;

/** What an input of this seed is made of depends on the rooms' ids alone, which are the same in every run. */
export function waysInto(target: Target): Way[] {
  const sockets = [target.witnessRoomId, target.offenderRoomId, target.offenderRoomId, 999_999];
  const http = {
    routes: listRoutes(),
    names: listFieldNames(),
    roomIds: [target.callerRoomId, target.callerRoomId, target.witnessRoomId, 999_999],
  };
  return [
    {
      name: 'JSON through the decoder, in this process',
      share: 0.5,
      workers: 1,
      next: (chance) => ({ kind: 'decode', text: commandText(chance, sockets) }),
    },
    {
      name: 'JSON commands to the server',
      share: 0.25,
      workers: 6,
      next: (chance) => ({ kind: 'commands', texts: batchOf(chance, sockets) }),
    },
    {
      name: 'frames on open sockets of the server',
      share: 0.1,
      workers: 8,
      next: (chance) => ({
        kind: 'frames',
        door: chance.pick(['silent', 'chat', 'plain'] as const),
        hex: frameBytes(chance, sockets).toString('hex'),
      }),
    },
    {
      name: 'upgrade requests to the server',
      share: 0.05,
      workers: 4,
      next: (chance) => ({ kind: 'upgrade', hex: upgradeBytes(chance).toString('hex') }),
    },
    {
      name: 'HTTP requests to the server',
      share: 0.1,
      workers: 4,
      next: (chance) => pipeline(chance, () => requestInput(chance, http)),
    },
  ];
}

/** Commands that one socket can take without being closed for them. */
function batchOf(chance: Chance, roomIds: readonly number[]): string[] {
  const texts: string[] = [];
  let invalid = 0;
  const size = chance.whole(1, BATCH_MAX);
  while (texts.length < size && invalid < INVALID_MAX) {
    const text = commandText(chance, roomIds);
    if (text.length > COMMAND_MAX_CHARS) continue;
    // What stands for the token decodes like the token itself.
    if (!decodeCommand(text.replaceAll(TOKEN, 'a.b.c')).ok) invalid++;
    texts.push(text);
  }
  return texts;
}

/** Requests for one line: one whose length is told wrongly goes alone. */
function pipeline(chance: Chance, make: () => RequestInput): Input {
  const bytes: string[] = [];
  for (let count = chance.whole(1, PIPELINE_MAX); count > 0; count--) {
    const input = make();
    if (!input.isFramed) return { kind: 'requests', bytes: [input.bytes], isFramed: false };
    bytes.push(input.bytes);
  }
  return { kind: 'requests', bytes, isFramed: true };
}

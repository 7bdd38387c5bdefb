/** The mix of inputs. Each kind has its own generator and its own share. */

import { decodeCommand } from '@banter/protocol';
import type { Chance } from '../harness/seed.ts';
import { commandText, TOKEN } from './commands.ts';
import type { Input } from './deliver.ts';
import { frameBytes, upgradeBytes } from './frames.ts';
import { listFieldNames, listRoutes, type RequestInput, requestInput } from './requests.ts';
import type { Target } from './target.ts';

/** A kind of input: its share of all inputs, and the number of concurrent tasks. */
export type Way = { name: string; share: number; workers: number; next(chance: Chance): Input };

/** The server keeps at most this many frames after a hello until it sends the welcome. */
const BATCH_MAX = 60;
/** Two fewer than the number of invalid frames that closes a socket. */
const INVALID_MAX = 8;
/** Longer frames rightly close the socket. The kind `frames` covers them. */
const COMMAND_MAX_CHARS = 20_000;
const PIPELINE_MAX = 20;

/** Returns all kinds of input. The inputs of a seed depend only on the rooms' ids, which are the same in every run. */
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

/** Returns commands that do not close their socket. */
function batchOf(chance: Chance, roomIds: readonly number[]): string[] {
  const texts: string[] = [];
  let invalid = 0;
  const size = chance.whole(1, BATCH_MAX);
  while (texts.length < size && invalid < INVALID_MAX) {
    const text = commandText(chance, roomIds);
    if (text.length > COMMAND_MAX_CHARS) continue;
    // Replaces the placeholder with a text that decodes like a token.
    if (!decodeCommand(text.replaceAll(TOKEN, 'a.b.c')).ok) invalid++;
    texts.push(text);
  }
  return texts;
}

/** Returns requests for one connection. A request with a wrong length is sent alone. */
function pipeline(chance: Chance, make: () => RequestInput): Input {
  const bytes: string[] = [];
  for (let count = chance.whole(1, PIPELINE_MAX); count > 0; count--) {
    const input = make();
    if (!input.isFramed) return { kind: 'requests', bytes: [input.bytes], isFramed: false };
    bytes.push(input.bytes);
  }
  return { kind: 'requests', bytes, isFramed: true };
}

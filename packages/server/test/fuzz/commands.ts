/** Generates socket commands by the contract's grammar, valid and mutated. */

import { OPS, type Op } from '@banter/protocol';
import type { Chance } from '../harness/seed.ts';
import { mutateFields, mutateText, objectText, stringText, valueText } from './values.ts';

/** The placeholder for the offender's access token, which differs in each run. */
export const TOKEN = 'TOKEN';

/** Returns the text of one frame. @param roomIds rooms that commands may name. */
export function commandText(chance: Chance, roomIds: readonly number[]): string {
  if (chance.whole(1, 25) === 1) return mutateText(chance, valueText(chance));
  const op = chance.pick(OPS);
  const fields: [string, string][] = [['op', JSON.stringify(op)], ...fieldsOf(op, chance, roomIds)];
  return mutateText(chance, objectText(mutateFields(chance, fields)));
}

/** Returns the fields of a valid command. */
function fieldsOf(op: Op, chance: Chance, roomIds: readonly number[]): [string, string][] {
  const id: [string, string] = ['id', `"fuzz-${chance.whole(1e9, 9e9)}-${chance.whole(1e9, 9e9)}"`];
  const roomId: [string, string] = ['roomId', String(chance.pick(roomIds))];
  const seq = String(chance.whole(0, 3));
  const known: Partial<Record<Op, [string, string][]>> = {
    hello: [
      ['token', `"${TOKEN}"`],
      ['rooms', `[{"roomId":1,"after":${seq}}]`],
    ],
    send: [id, roomId, ['content', contentText(chance)], ...replyTo(chance)],
    subscribe: [id, roomId, ['after', seq], ['epoch', '"another"']],
    unsubscribe: [id, roomId],
    read: [roomId, ['seq', seq]],
    typing: [roomId],
    auth: [id, ['token', `"${TOKEN}"`]],
    pong: [['t', '1']],
  };
  // A command that is missing in this table gets the fields of most commands.
  return known[op] ?? [id, roomId, ['seq', seq], ['content', contentText(chance)]];
}

function contentText(chance: Chance): string {
  return chance.whole(0, 2) === 0 ? stringText(chance) : '"a line of good will"';
}

function replyTo(chance: Chance): [string, string][] {
  return chance.whole(0, 5) === 0 ? [['replyTo', '1']] : [];
}

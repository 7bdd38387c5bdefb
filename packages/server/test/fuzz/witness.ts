/** Somebody who goes on talking while others offend, and misses nothing of it. */

import { setTimeout as delay } from 'node:timers/promises';
import { loggedIn } from '../harness/people.ts';
import type { Chance } from '../harness/seed.ts';
import type { Target } from './target.ts';

export type Witness = {
  /** How many messages were sent, acknowledged and received so far. */
  readonly count: number;
  /** Ends the talk. @throws Error when a socket was closed, or a message came or was stored otherwise than sent. */
  end(): Promise<void>;
};

const PAUSE_MS = 20;
const PAGE = 200;
/** Letters of every length in UTF-8, controls, directions, and what looks like markup. */
const LETTERS = [...'aé🐟\u202e\u200d\ufeff\u2028\t\n"\\<&\u0001\u007f\ufffd한'];

/** Begins to talk: one socket says, another one of another session listens. */
export async function startWitness(target: Target, chance: Chance): Promise<Witness> {
  const room = { id: target.witnessRoomId };
  const listener = await loggedIn(target, 'witness');
  await Promise.all([
    target.witness.connects([{ roomId: room.id }]),
    listener.connects([{ roomId: room.id }]),
  ]);
  const said: string[] = [];
  let isOver = false;

  async function talk(): Promise<void> {
    while (!isOver) {
      const content = `${said.length} ${Array.from({ length: 20 }, () => chance.pick(LETTERS)).join('')}`;
      await target.witness.says(room, content);
      // By its content: it came as it was sent.
      await listener.sees(content);
      said.push(content);
      await delay(PAUSE_MS);
    }
  }

  const talking = talk();
  talking.catch(() => {});
  return {
    get count() {
      return said.length;
    },
    async end() {
      isOver = true;
      await talking;
      if (target.witness.socket.closing || listener.socket.closing) throw new Error('a witness was closed');
      const stored: string[] = [];
      for (let more = true; more; ) {
        const after = stored.length === 0 ? 0 : stored.length + 1;
        const page = await target.witness.reads(room, `?after=${after}&limit=${PAGE}`);
        stored.push(...page.messages.map(({ content = '' }) => content));
        more = page.hasMore;
      }
      const different = said.findIndex((content, i) => stored[i] !== content);
      if (different >= 0 || stored.length !== said.length)
        throw new Error(`stored ${stored.length} of ${said.length}; the first other one is ${different}`);
    },
  };
}

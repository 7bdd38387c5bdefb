/** A person who goes on talking during the fuzzing and must miss nothing. */

import { setTimeout as delay } from 'node:timers/promises';
import { loggedIn, newId, type Person } from '../harness/people.ts';
import type { Chance } from '../harness/seed.ts';
import type { Target } from './target.ts';

/** The talking person. */
export type Witness = {
  /** The number of messages sent, acknowledged and received so far. */
  readonly count: number;
  /** Stops talking. @throws Error if a socket was closed, or if a message differs from the one sent. */
  end(): Promise<void>;
};

const PAUSE_MS = 20;
/** Half the life of an access token. */
const RENEW_EVERY_MS = 300_000;
const PAGE = 200;
/** Characters of every length in UTF-8, control and direction characters, and characters of markup. */
const LETTERS = [...'aé🐟\u202e\u200d\ufeff\u2028\t\n"\\<&\u0001\u007f\ufffd한'];

/** Starts to talk on one socket, and listens on the socket of another session. */
export async function startWitness(target: Target, chance: Chance): Promise<Witness> {
  const room = { id: target.witnessRoomId };
  const listener = await loggedIn(target, 'witness');
  await Promise.all([
    target.witness.connects([{ roomId: room.id }]),
    listener.connects([{ roomId: room.id }]),
  ]);
  const sent: string[] = [];
  let isOver = false;

  async function talk(): Promise<void> {
    let renewedAt = performance.now();
    while (!isOver) {
      if (performance.now() - renewedAt > RENEW_EVERY_MS) {
        renewedAt = performance.now();
        await Promise.all([target.witness, listener].map(renew));
      }
      const content = `${sent.length} ${Array.from({ length: 20 }, () => chance.pick(LETTERS)).join('')}`;
      await target.witness.says(room, content);
      // Waits for the exact content.
      await listener.sees(content);
      sent.push(content);
      await delay(PAUSE_MS);
    }
  }

  const talking = talk();
  talking.catch(() => {});
  return {
    get count() {
      return sent.length;
    },
    async end() {
      isOver = true;
      await talking;
      if (target.witness.socket.closing || listener.socket.closing)
        throw new Error("the server closed a witness's socket");
      const stored: string[] = [];
      for (let more = true; more; ) {
        const after = stored.length === 0 ? 0 : stored.length + 1;
        const page = await target.witness.reads(room, `?after=${after}&limit=${PAGE}`);
        stored.push(...page.messages.map(({ content = '' }) => content));
        more = page.hasMore;
      }
      const different = sent.findIndex((content, i) => stored[i] !== content);
      if (different >= 0 || stored.length !== sent.length)
        throw new Error(`stored ${stored.length} of ${sent.length}; the first different one is ${different}`);
    },
  };
}

/** Gives a person's socket a new access token. */
async function renew(who: Person): Promise<void> {
  const { accessToken: token } = await who.renews();
  await who.socket.ask({ op: 'auth', id: newId(), token });
}

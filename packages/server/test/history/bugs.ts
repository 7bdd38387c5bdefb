/** Bugs for the seams of a server. Each breaks one promise now and then. */

import { ChatError, type RoomEvent } from '@banter/protocol';
import type { Hub } from '../../src/hub/hub.ts';
import type { Link } from '../../src/hub/link.ts';
import { replaceMethods } from '../harness/replace-methods.ts';
import type { Sql } from '../harness/sql.ts';
import type { Seams } from './app.ts';

/** One in this many messages, deliveries or batches goes wrong. */
const RATE = 10;

/** Acknowledges some messages without storing them, as a server does that answers before the commit. */
export const ackBeforeCommit: Seams = {
  appender(real) {
    const isBad = oneInEachRoom(RATE);
    const last = new Map<number, number>();
    return {
      ...real,
      async append(message, ticket) {
        const { roomId } = message;
        const seq = last.get(roomId);
        if (seq !== undefined && isBad(roomId)) {
          return { seq: seq + 1, at: new Date().toISOString(), duplicate: false };
        }
        const stored = await real.append(message, ticket);
        last.set(roomId, Math.max(stored.seq, last.get(roomId) ?? 0));
        return stored;
      },
    };
  },
};

/** Stores some messages and rejects them nevertheless. */
export const rejectsStoredMessages: Seams = {
  appender(real) {
    const isBad = oneInEachRoom(RATE);
    return {
      ...real,
      async append(message, ticket) {
        const stored = await real.append(message, ticket);
        if (isBad(message.roomId)) throw new ChatError('forbidden');
        return stored;
      },
    };
  },
};

/** Delays some sends, so that later ones overtake them. */
export const overtakes: Seams = {
  appender(real) {
    const isBad = oneInEachRoom(OVERTAKEN_RATE);
    return {
      ...real,
      async append(message) {
        if (isBad(message.roomId)) await new Promise((resolve) => setTimeout(resolve, OVERTAKEN_MS));
        return real.append(message);
      },
    };
  },
};
const OVERTAKEN_RATE = 4;
const OVERTAKEN_MS = 150;

/** Never answers some sends. */
export const neverAnswers: Seams = {
  appender(real) {
    const isBad = oneInEachRoom(RATE);
    return {
      ...real,
      async append(message, ticket) {
        const stored = await real.append(message, ticket);
        return isBad(message.roomId) ? new Promise<never>(() => {}) : stored;
      },
    };
  },
};

/** Drops some events for single readers. */
export const dropsDeliveries: Seams = {
  hub: (real) => rewriting(real, (isBad) => (lines) => lines.filter((line) => !(isEvent(line) && isBad()))),
};

/** Drops one event in ten thousand, counted separately for each run. */
export const dropsOneInTenThousand: Seams = {
  hub(real) {
    const runs = new Map<string, () => boolean>();
    return replaceMethods(real, {
      open(link, identity) {
        // The names of a run's people contain its seed.
        const [, run = ''] = identity.username.split('x');
        const isBad = runs.get(run) ?? oneIn(RARE);
        runs.set(run, isBad);
        const keep = (line: string) => !(isEvent(line) && isBad());
        return real.open(
          withWire(link, (lines) => link.wire(rewrite(lines, keep))),
          identity,
        );
      },
    });
  },
};
const RARE = 10_000;

function rewrite(lines: string, keep: (line: string) => boolean): string {
  return lines.split('\n').filter(keep).join('\n');
}

/** Swaps some neighbouring events for single readers. */
export const swapsDeliveries: Seams = {
  hub: (real) =>
    rewriting(real, (isBad) => {
      let held: string | null = null;
      return (lines) => {
        const out: string[] = [];
        for (const line of lines) {
          if (held === null && isEvent(line) && isBad()) held = line;
          else {
            out.push(line);
            if (held !== null && isEvent(line)) {
              out.push(held);
              held = null;
            }
          }
        }
        return out;
      };
    }),
};

/** Publishes some messages with a content that is not stored. */
export const publishesOtherContent: Seams = {
  publish(real) {
    const isBad = oneInEachRoom(RATE);
    return (events) => real(events.map((event) => (isBad(event.roomId) ? alter(event) : event)));
  },
};

/** Ignores fences: delivers to people who have left or were kicked. */
export const ignoresFences: Seams = {
  hub: (real) =>
    replaceMethods(real, {
      subscribe: (connection, roomId, { after }) =>
        real.subscribe(connection, roomId, { after, joinedSeq: Number.MAX_SAFE_INTEGER }),
    }),
};

/** Drops some events between the appender and the hub, and never finds them in the store. */
export const neverFillsGaps: Seams = {
  publish(real) {
    const isBad = oneInEachRoom(RATE);
    return (events) => real(events.filter((event) => event.type !== 'message' || !isBad(event.roomId)));
  },
  readEvents:
    (real) =>
    async (...page) => {
      await real(...page);
      return [];
    },
};

/** Reads pages from which one event is missing. */
export const skipsOnResume: Seams = {
  readEvents: (real) => async (roomId, after, limit) => {
    const page = await real(roomId, after, limit);
    return page.filter((_, i) => page.length < 2 || i !== page.length >> 1);
  },
};

/** Stores repeated messages again. */
export const storesRepeats: Seams = {
  async store(sql) {
    await sql.rows('DROP INDEX messages_id_key');
    await alterAppend(sql, 'append_message', 'messages.id = p_id)', 'messages.id = p_id AND false)');
    for (const name of ['append_messages', 'append_judged_messages'])
      await alterAppend(sql, name, 'AND messages.id = b.id)', 'AND messages.id = b.id AND false)');
  },
};

/** Skips a seq for messages with certain ids, as a rolled back sequence does. */
export const skipsSeqs: Seams = {
  async store(sql) {
    await alterAppend(sql, 'append_message', 'IF v_is_new', 'IF false');
    await alterAppend(sql, 'append_messages', 'IF p_places IS NOT NULL', 'IF false');
    await alterAppend(
      sql,
      'append_judged_messages',
      'sum(f.is_fresh::integer)',
      "sum(CASE WHEN NOT f.is_fresh THEN 0 WHEN right(f.id, 1) IN ('0', '1', '2', '3') THEN 2 ELSE 1 END)",
    );
    // The room must count the skipped seq too. Otherwise its next message would get a used seq and be rejected.
    const added = ['n.room_id, count(*) AS added', 'n.room_id, max(n.place) AS added'] as const;
    await alterAppend(sql, 'append_judged_messages', ...added);
  },
};

/** Replaces a text in a function of the append. @throws Error if the text is missing. */
async function alterAppend(sql: Sql, name: string, text: string, replacement: string): Promise<void> {
  const { definition } = await sql.row<{ definition: string }>(
    'SELECT pg_get_functiondef($1::regproc) AS definition',
    [name],
  );
  if (!definition.includes(text)) throw new Error(`${name} has no ${JSON.stringify(text)}`);
  await sql.rows(definition.replace(text, replacement));
}

type Rewrite = (lines: string[]) => string[];

/** Returns a hub in which each link has its own wire, which rewrites the lines. */
function rewriting(real: Hub, createRewrite: (isBad: () => boolean) => Rewrite): Hub {
  const isBad = oneIn(RATE);
  return replaceMethods(real, {
    open(link, identity) {
      const rewrite = createRewrite(isBad);
      const wire = (lines: string) => link.wire(rewrite(lines.split('\n')).join('\n'));
      return real.open(withWire(link, wire), identity);
    },
  });
}

/** Returns the same link with another wire. */
function withWire(link: Link, wire: Link['wire']): Link {
  return {
    wire,
    write: (frame, more) => link.write(frame, more),
    queuedBytes: () => link.queuedBytes(),
    progress: () => link.progress(),
    fenced: (roomId) => link.fenced(roomId),
    close: (...reason) => link.close(...reason),
  };
}

function isEvent(line: string): boolean {
  return line.startsWith('{"type":"message"');
}

function alter(event: RoomEvent): RoomEvent {
  return event.type === 'message' ? { ...event, content: `${event.content} and more` } : event;
}

/** Returns a function that is true at every `count`th call. */
function oneIn(count: number): () => boolean {
  let asked = 0;
  return () => ++asked % count === 0;
}

/** Does the same for each room separately, so that every run on a shared server gets its share of bugs. */
function oneInEachRoom(count: number): (roomId: number) => boolean {
  const rooms = new Map<number, () => boolean>();
  return (roomId) => {
    const isBad = rooms.get(roomId) ?? oneIn(count);
    rooms.set(roomId, isBad);
    return isBad();
  };
}

/** Unread counts and mentions, compared with a model that counts every message each time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chance, createChance, printedChance } from '../harness/seed.ts';
import { type Act, actsIn, type Named, openTestStore, type TestStore } from '../harness/store.ts';

const NAMES = ['ann', 'bob', 'eve', 'dan'];
const RUNS = 12;
const STEPS = 120;

let at: TestStore;
const people: Named[] = [];
let made = 0;

beforeAll(async () => {
  at = await openTestStore();
  for (const name of NAMES) people.push(await at.account(name));
});
afterAll(() => at.close());

describe('unread counts', () => {
  it('[N1] equal those of the model after random sends, edits, deletions, reads, joins and leaves', async () => {
    const chance = printedChance('unread');
    for (let run = 0; run < RUNS; run++) await runModel(createChance(chance.whole(0, 2 ** 30)));
  });
});

/** A message in the model. Deleted ones count until they are read, and mention nobody. */
type Said = { seq: number; author: Named; mentioned: string[] };
/** How far each member has read, at least from their join. */
type Marks = Map<Named, number>;
type Model = { roomId: number; head: number; said: Said[]; marks: Marks };

async function runModel(chance: Chance): Promise<void> {
  const owner = chance.pick(people);
  const roomId = await at.room(`u${++made}`, owner);
  const model: Model = { roomId, head: 1, said: [], marks: new Map([[owner, 1]]) };
  for (let step = 0; step < STEPS; step++) {
    // An empty room can only be joined.
    await (model.marks.size === 0 ? joinOrLeave : chance.pick(STEP_KINDS))(model, chance);
    const person = chance.pick(people);
    expect(await countsOf(model, person), `${person.username} after step ${step}`).toEqual(
      expected(model, person),
    );
  }
  for (const person of people) expect(await countsOf(model, person)).toEqual(expected(model, person));
}

type Step = (model: Model, chance: Chance) => Promise<unknown>;

const say: Step = async (model, chance) => {
  const author = member(model, chance);
  const mentioned = NAMES.filter(() => chance.next() < 0.2);
  const { seq } = await actsOn(model).append(author, { content: `${++made}`, names: mentioned });
  model.head = seq;
  model.said.push({ seq, author, mentioned: present(model, author, mentioned) });
};

const edit: Step = async (model, chance) => {
  const mine = model.said.filter(({ author }) => model.marks.has(author));
  if (mine.length === 0) return;
  const message = chance.pick(mine);
  const mentioned = NAMES.filter(() => chance.next() < 0.3);
  const change = { type: 'edit' as const, target: message.seq, content: `again ${++made}`, names: mentioned };
  if (await act(model, message.author, change)) message.mentioned = present(model, message.author, mentioned);
};

const remove: Step = async (model, chance) => {
  const mine = model.said.filter(({ author }) => model.marks.has(author));
  if (mine.length === 0) return;
  const message = chance.pick(mine);
  if (await act(model, message.author, { type: 'delete', target: message.seq })) message.mentioned = [];
};

const read: Step = async (model, chance) => {
  const person = member(model, chance);
  const seq = chance.whole(0, model.head + 2);
  const mark = Math.max(model.marks.get(person) ?? 0, Math.min(seq, model.head));
  expect((await at.store.memberships.moveReadMark(model.roomId, person.id, seq))?.seq).toBe(mark);
  model.marks.set(person, mark);
};

const joinOrLeave: Step = async (model, chance) => {
  const person = chance.pick(people);
  const isIn = model.marks.has(person);
  if (!(await act(model, person, { type: isIn ? 'leave' : 'join' }))) return;
  if (isIn) model.marks.delete(person);
  else model.marks.set(person, model.head);
};

const STEP_KINDS: Step[] = [say, say, say, say, edit, remove, read, read, joinOrLeave];

function actsOn({ roomId }: Model) {
  return actsIn(
    () => at,
    () => roomId,
  );
}

/** Does an act and returns whether it changed something. Some acts are not allowed at the moment. */
async function act(model: Model, actor: Named, change: Act): Promise<boolean> {
  try {
    const done = await actsOn(model).act(actor, change);
    if (done.changed) model.head = done.event.seq;
    return done.changed;
  } catch (error) {
    expect(['conflict', 'not_found']).toContain((error as { code?: string }).code);
    return false;
  }
}

/** Returns the names of members among `mentioned`, without the author. */
function present(model: Model, author: Named, mentioned: string[]): string[] {
  const members = [...model.marks.keys()].map(({ username }) => username);
  return mentioned.filter((name) => name !== author.username && members.includes(name));
}

function expected({ said, marks }: Model, person: Named): { unread: number; mentions: number } {
  const mark = marks.get(person);
  if (mark === undefined) return { unread: 0, mentions: 0 };
  const news = said.filter(({ seq, author }) => seq > mark && author !== person);
  return {
    unread: news.length,
    mentions: news.filter(({ mentioned }) => mentioned.includes(person.username)).length,
  };
}

async function countsOf({ roomId }: Model, person: Named): Promise<{ unread: number; mentions: number }> {
  const room = await at.store.rooms.find(roomId, person.id);
  return { unread: room?.unread ?? -1, mentions: room?.mentions ?? -1 };
}

function member({ marks }: Model, chance: Chance): Named {
  return chance.pick([...marks.keys()]);
}

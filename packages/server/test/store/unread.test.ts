/** Counts of unread messages and mentions, against a model that looks at every message each time. */
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

describe('counts of what is unread', () => {
  it('[N1] are those of a look at every message, whatever is said, changed, taken away, read, left and joined', async () => {
    const chance = printedChance('unread');
    for (let run = 0; run < RUNS; run++) await play(createChance(chance.whole(0, 2 ** 30)));
  });
});

/** What the model knows of a message: deleted ones count until they are read, and call nobody. */
type Said = { seq: number; author: Named; calls: string[] };
/** Of a member: how far they have read, at least from where they came in. */
type Marks = Map<Named, number>;
type Model = { roomId: number; head: number; said: Said[]; marks: Marks };

async function play(chance: Chance): Promise<void> {
  const owner = chance.pick(people);
  const roomId = await at.room(`u${++made}`, owner);
  const model: Model = { roomId, head: 1, said: [], marks: new Map([[owner, 1]]) };
  for (let step = 0; step < STEPS; step++) {
    // In an empty room nothing happens but that somebody comes.
    await (model.marks.size === 0 ? comeOrGo : chance.pick(STEP_KINDS))(model, chance);
    const person = chance.pick(people);
    expect(await told(model, person), `${person.username} after step ${step}`).toEqual(
      expected(model, person),
    );
  }
  for (const person of people) expect(await told(model, person)).toEqual(expected(model, person));
}

type Step = (model: Model, chance: Chance) => Promise<unknown>;

const say: Step = async (model, chance) => {
  const author = member(model, chance);
  const calls = NAMES.filter(() => chance.next() < 0.2);
  const { seq } = await actsOn(model).append(author, { content: `${++made}`, names: calls });
  model.head = seq;
  model.said.push({ seq, author, calls: present(model, author, calls) });
};

const edit: Step = async (model, chance) => {
  const mine = model.said.filter(({ author }) => model.marks.has(author));
  if (mine.length === 0) return;
  const message = chance.pick(mine);
  const calls = NAMES.filter(() => chance.next() < 0.3);
  const change = { type: 'edit' as const, target: message.seq, content: `again ${++made}`, names: calls };
  if (await act(model, message.author, change)) message.calls = present(model, message.author, calls);
};

const remove: Step = async (model, chance) => {
  const mine = model.said.filter(({ author }) => model.marks.has(author));
  if (mine.length === 0) return;
  const message = chance.pick(mine);
  if (await act(model, message.author, { type: 'delete', target: message.seq })) message.calls = [];
};

const read: Step = async (model, chance) => {
  const person = member(model, chance);
  const seq = chance.whole(0, model.head + 2);
  const mark = Math.max(model.marks.get(person) ?? 0, Math.min(seq, model.head));
  expect((await at.store.memberships.moveReadMark(model.roomId, person.id, seq))?.seq).toBe(mark);
  model.marks.set(person, mark);
};

const comeOrGo: Step = async (model, chance) => {
  const person = chance.pick(people);
  const isIn = model.marks.has(person);
  if (!(await act(model, person, { type: isIn ? 'leave' : 'join' }))) return;
  if (isIn) model.marks.delete(person);
  else model.marks.set(person, model.head);
};

const STEP_KINDS: Step[] = [say, say, say, say, edit, remove, read, read, comeOrGo];

function actsOn({ roomId }: Model) {
  return actsIn(
    () => at,
    () => roomId,
  );
}

/** Whether it was done: some acts are nobody's to do just now. */
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

/** Those of the names who are members, without the author. */
function present(model: Model, author: Named, calls: string[]): string[] {
  const members = [...model.marks.keys()].map(({ username }) => username);
  return calls.filter((name) => name !== author.username && members.includes(name));
}

function expected({ said, marks }: Model, person: Named): { unread: number; mentions: number } {
  const mark = marks.get(person);
  if (mark === undefined) return { unread: 0, mentions: 0 };
  const news = said.filter(({ seq, author }) => seq > mark && author !== person);
  return {
    unread: news.length,
    mentions: news.filter(({ calls }) => calls.includes(person.username)).length,
  };
}

async function told({ roomId }: Model, person: Named): Promise<{ unread: number; mentions: number }> {
  const room = await at.store.rooms.find(roomId, person.id);
  return { unread: room?.unread ?? -1, mentions: room?.mentions ?? -1 };
}

function member({ marks }: Model, chance: Chance): Named {
  return chance.pick([...marks.keys()]);
}

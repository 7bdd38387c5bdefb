import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HubModel } from '../../test/harness/hub-model.ts';

/** One step. Its numbers are indexes, modulo the number of items. */
const index = fc.nat(7);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('commit' as const),
      room: index,
      count: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('commit' as const), room: index, count: fc.constant(520) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), room: index }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), room: index, user: index }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const), room: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), back: index }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('subscribe' as const),
      link: index,
      room: index,
      back: fc.oneof({ weight: 3, arbitrary: fc.nat(6) }, { weight: 1, arbitrary: fc.nat(700) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), link: index, room: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const), link: index }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('answer' as const), read: index, isStale: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), read: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cost' as const), ms: fc.constantFrom(0, 1, 3, 6) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('slice' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stall' as const), link: index }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('drain' as const), link: index }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

test('[O2] [R1] [A3] [B1] every subscriber gets exactly its events, in order, once, up to its fence, in any interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const model = new HubModel();
      for (const each of steps) await model.play(each);
      await model.finish();
      expect(model.faults()).toEqual([]);
    }),
    { numRuns: 400, interruptAfterTimeLimit: 20_000 },
  );
});

import { expect, it } from 'vitest';
import { choose } from './choose.mjs';

const cases = [{ name: 'fan-out' }, { name: 'idle' }];
const works = [{ name: 'peers-fan-out' }, { name: 'peers-idle' }];

it('chooses everything, or what is named', () => {
  expect(choose('', { cases, works })).toEqual({ cases, works });
  expect(choose('idle,peers-idle', { cases, works })).toEqual({ cases: [cases[1]], works: [works[1]] });
  expect(choose('peers', { cases, works })).toEqual({ cases: [], works });
});

it('rejects an unknown name, and the peers without PEERS', () => {
  expect(() => choose('idel', { cases, works })).toThrow(
    'there is no case idel. Choose from fan-out, idle, peers',
  );
  expect(() => choose('peers', { cases, works: [] })).toThrow('peers needs the peers. Add PEERS=1.');
  expect(() => choose('peers-idle', { cases, works: [] })).toThrow('Add PEERS=1.');
});

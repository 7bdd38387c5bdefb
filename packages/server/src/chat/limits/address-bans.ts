/** Networks that may not use the server: kept in memory, so that a flood from one costs the store nothing [G7]. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { type AddressBan, ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { AddressBanStore } from '../../store/address-bans.ts';
import { type Caller, requireAdministrator } from '../caller.ts';
import { checkReason, checkUntil, invalidField } from '../fields.ts';
import { periodically } from '../periodic.ts';

export type NewBanInput = {
  /** An address, or a network as 203.0.113.0/24. */
  range: string;
  reason?: string | undefined;
  /** ISO 8601; without one until it is lifted. */
  until?: string | undefined;
};

export type AddressBans = {
  /** For the doors, before anybody signs in or opens a socket. @throws ChatError forbidden. */
  requireAllowed(address: string): void;
  /** @throws ChatError forbidden (no administrator), as all below. */
  list(caller: Caller): Promise<AddressBan[]>;
  /** Holds on this server at once. @param address the caller's own. @throws ChatError invalid, conflict (one's own, or too many). */
  create(caller: Caller, input: NewBanInput, address: string): Promise<AddressBan>;
  /** @throws ChatError not_found. */
  remove(caller: Caller, banId: number): Promise<void>;
  stop(): void;
};

export type AddressBansDeps = { bans: AddressBanStore; clock: Clock; onProblem: (error: unknown) => void };

/** How soon a ban holds that another node has made, or ends that has had its time. */
export const BANS_PERIOD_MS = 5_000;
const RANGE_PATTERN = /^(?<address>[0-9a-fA-F:.]+)(?:\/(?<prefix>\d{1,3}))?$/;
const BITS = { 4: 32, 6: 128 } as const;

/** Reads the bans there are, and goes on looking for new ones. @throws as the store. */
export async function createAddressBans({ bans, clock, onProblem }: AddressBansDeps): Promise<AddressBans> {
  let banned = new BlockList();
  const now = () => new Date(clock.wall());

  async function look(): Promise<void> {
    banned = toBlockList((await bans.list(now())).map(({ range }) => range));
  }

  await look();
  const stop = periodically(clock, BANS_PERIOD_MS, look, onProblem);

  return {
    requireAllowed(address) {
      if (holds(banned, address)) throw new ChatError('forbidden', 'this address is banned from the server');
    },

    async list(caller) {
      requireAdministrator(caller);
      return bans.list(now(), caller.scope);
    },

    async create(caller, { range, reason = '', until }, address) {
      requireAdministrator(caller);
      const network = checkRange(range);
      if (holds(toBlockList([network]), address)) {
        throw new ChatError('conflict', 'your own address is in this range: you would shut yourself out');
      }
      const ban = { actorId: caller.user.id, range: network, reason: checkReason(reason), at: now() };
      const made = await bans.insert(
        { ...ban, until: until === undefined ? null : checkUntil(until, clock) },
        caller.scope,
      );
      await look();
      return made;
    },

    async remove(caller, banId) {
      requireAdministrator(caller);
      if (!(await bans.remove(caller.user.id, banId, caller.scope)))
        throw new ChatError('not_found', 'there is no such ban');
      await look();
    },

    stop,
  };
}

function toBlockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIPv6(address) ? 6 : 4;
    list.addSubnet(address, Number(prefix ?? BITS[family]), `ipv${family}`);
  }
  return list;
}

function holds(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function checkRange(range: string): string {
  const { address = '', prefix } = RANGE_PATTERN.exec(range)?.groups ?? {};
  const family = isIP(address);
  if (family !== 0 && Number(prefix ?? 0) <= BITS[family === 4 ? 4 : 6]) return range;
  throw invalidField('range', 'a range is an address, or a network as 203.0.113.0/24 or 2001:db8::/32');
}

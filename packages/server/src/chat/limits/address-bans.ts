/** Bans of networks from the whole server, kept in memory, so that a flood from one costs the store nothing [G7]. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { type AddressBan, ChatError } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import { type AddressBanStore, BANS_MAX } from '../../store/address-bans.ts';
import { type Caller, requireAdministrator } from '../caller.ts';
import { checkReason, checkUntil, invalidField } from '../fields.ts';
import { byId, type Page, type PageQuery, readPage } from '../paging.ts';
import { type Background, type OnProblem, periodically } from '../periodic.ts';
import { canonicalAddress } from './network.ts';

/** The fields of a new ban. */
export type NewBanInput = {
  /** An address, or a network such as 203.0.113.0/24. */
  range: string;
  reason?: string | undefined;
  /** ISO 8601; without it the ban holds until it is lifted. */
  until?: string | undefined;
};

/** The parts that AddressBans works with. */
export type AddressBansDeps = { bans: AddressBanStore; clock: Clock; onProblem: OnProblem };

/** How often the bans are reloaded: how soon another server's ban takes effect here, and an expired one ends. */
export const BANS_PERIOD_MS = 5_000;
const RANGE_PATTERN = /^(?<address>[0-9a-fA-F:.]+)(?:\/(?<prefix>\d{1,3}))?$/;
const BITS = { 4: 32, 6: 128 } as const;
/** The IPv6 network that a customer has at least (RFC 6177). */
const CUSTOMER_BITS = 64;
/** The bits before the IPv4 address in one that is written as IPv6. */
const MAPPED_BITS = 96;

/** The banned networks, as this server knows them. */
export class AddressBans implements Background {
  readonly #deps: AddressBansDeps;
  #banned = new BlockList();
  /** The banned ranges, to see whether a reload changed them. */
  #ranges = '';
  #onChange = () => {};
  #stop = () => {};

  constructor(deps: AddressBansDeps) {
    this.#deps = deps;
  }

  /** Reads the bans in force, and reloads them in periods. @throws as the store. */
  async start(): Promise<void> {
    await this.#reload();
    const { clock, onProblem } = this.#deps;
    this.#stop = periodically(clock, BANS_PERIOD_MS, () => this.#reload(), onProblem);
  }

  /** Ends the reloads. */
  stop(): void {
    this.#stop();
  }

  /** Calls `onChange` after each change of the bans in force, for the doors to close what is open. It replaces an earlier one. */
  whenChanged(onChange: () => void): void {
    this.#onChange = onChange;
  }

  /** Whether an address is in a banned network. */
  isBanned(address: string): boolean {
    return includes(this.#banned, address);
  }

  /** Rejects a banned address, before anybody signs in or opens a socket. @throws ChatError forbidden. */
  requireAllowed(address: string): void {
    if (this.isBanned(address))
      throw new ChatError('forbidden', 'this address is banned from the server: ask its administrators');
  }

  /** Returns a page of the bans in force, newest first. @throws ChatError forbidden (not an administrator), invalid. */
  async list(caller: Caller, query: PageQuery): Promise<Page<AddressBan>> {
    requireAdministrator(caller);
    const now = this.#now();
    return readPage(
      query,
      byId('address bans', (below, limit) => this.#deps.bans.list(now, below, limit, caller.scope)),
    );
  }

  /**
   * Bans a network; on this server at once, on others within BANS_PERIOD_MS.
   * @param address the caller's own, which the ban must not include.
   * @throws ChatError forbidden (not an administrator), invalid, conflict (the caller's own network, or too many bans).
   */
  async create(caller: Caller, input: NewBanInput, address: string): Promise<AddressBan> {
    requireAdministrator(caller);
    const { bans, clock } = this.#deps;
    const { reason = '', until } = input;
    const range = checkRange(input.range);
    if (includes(toBlockList([range]), address))
      throw new ChatError('conflict', 'this range includes your own address: ban a smaller one');
    const ban = { actorId: caller.user.id, range, reason: checkReason(reason), at: this.#now() };
    const created = await bans.insert(
      { ...ban, until: until === undefined ? null : checkUntil(until, clock) },
      caller.scope,
    );
    await this.#reload();
    return created;
  }

  /** Lifts a ban. @throws ChatError forbidden (not an administrator), not_found. */
  async remove(caller: Caller, banId: number): Promise<void> {
    requireAdministrator(caller);
    const isRemoved = await this.#deps.bans.remove(caller.user.id, banId, caller.scope);
    if (!isRemoved) throw new ChatError('not_found', 'there is no such ban');
    await this.#reload();
  }

  #now(): Date {
    return new Date(this.#deps.clock.wall());
  }

  async #reload(): Promise<void> {
    const bans = await this.#deps.bans.list(this.#now(), Number.MAX_SAFE_INTEGER, BANS_MAX);
    const ranges = bans.map(({ range }) => range);
    this.#banned = toBlockList(ranges);
    if (ranges.join() === this.#ranges) return;
    this.#ranges = ranges.join();
    this.#onChange();
  }
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

function includes(list: BlockList, given: string): boolean {
  const address = canonicalAddress(given);
  return address !== null && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * Returns a range as it is stored. A single IPv6 address means its /64, because one customer has at least that and may take
 * any address in it. An IPv4 address written as IPv6 means the IPv4 address.
 */
function checkRange(range: string): string {
  const { address: given = '', prefix } = RANGE_PATTERN.exec(range)?.groups ?? {};
  const address = canonicalAddress(given) ?? '';
  const family = isIP(address);
  const isMapped = family === 4 && isIPv6(given);
  const wholeBits = isMapped ? BITS[6] : BITS[4];
  const bits = Number(prefix ?? (family === 6 ? CUSTOMER_BITS : wholeBits)) - (isMapped ? MAPPED_BITS : 0);
  if (family !== 0 && bits >= 0 && bits <= BITS[family === 6 ? 6 : 4]) return `${address}/${bits}`;
  throw invalidField('range', 'range must be an address, or a network as 203.0.113.0/24 or 2001:db8::/32');
}

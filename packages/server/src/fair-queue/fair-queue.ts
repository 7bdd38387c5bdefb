/**
 * A fair queue in front of something scarce. Each caller has a line of their own and each network a cap. Free places go
 * round: to the next network in turn, and within it to the next caller. So a flood delays its sender, and hardly others.
 */
import { ChatError } from '@banter/protocol';
import type { FairQueueCounts, FairQueueLimits, Spender } from './limits.ts';
import { type Entry, getOrAdd, type Line, mostOf, moveToEnd, type Network, type Person } from './lines.ts';

/** How to make a queue. `subject` names the work in refusals, such as `requests`. */
export type FairQueueOptions = { limits: FairQueueLimits; subject: string };

/** When a refused caller should try again. */
const RETRY_AFTER_MS = 1_000;

/** Owns the places and the lines. */
export class FairQueue {
  readonly #limits: FairQueueLimits;
  readonly #subject: string;
  /** The networks with something that runs or waits; the one whose turn is next comes first. */
  readonly #networks = new Map<string, Network>();
  readonly #people = new Map<number | string, Person>();
  #running = 0;
  #waiting = 0;
  #refused = 0;

  constructor({ limits, subject }: FairQueueOptions) {
    this.#limits = limits;
    this.#subject = subject;
  }

  /**
   * Runs `work` when it is its turn, and returns its result.
   * @throws as `enter`, and whatever `work` throws.
   */
  async run<T>(spender: Spender, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const leave = await this.enter(spender, signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /**
   * Waits for a place, and returns the function that gives it back. Call that once.
   * @throws ChatError rate_limited when too much of this person waits, overloaded when too much of their network or of
   * everybody waits; the signal's reason when it aborts first.
   */
  enter(spender: Spender, signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const line = this.#lineOf(spender);
    if (line.waiting.size === 0 && this.#hasPlace(line)) return Promise.resolve(this.#start(line));
    return new Promise((resolve, reject) => {
      const refusal = this.#makeRoom(line);
      if (refusal) {
        this.#forget(line);
        return reject(refusal);
      }
      this.#add(line, { resolve, reject, signal, onAbort: null });
    });
  }

  /** Returns the present numbers. */
  counts(): FairQueueCounts {
    return { running: this.#running, waiting: this.#waiting, refused: this.#refused };
  }

  #lineOf({ network: name, person: given }: Spender): Line {
    const network = getOrAdd(this.#networks, name, () => ({
      name,
      running: 0,
      waiting: 0,
      lines: new Map(),
    }));
    const key = typeof given === 'number' ? given : `${name} ${given ?? ''}`;
    const person = getOrAdd(this.#people, key, () => ({ key, running: 0, waiting: 0 }));
    return getOrAdd(network.lines, key, () => ({ network, person, running: 0, waiting: new Set() }));
  }

  #hasPlace({ network, person }: Line): boolean {
    const { running, runningOfNetwork, runningOfPerson } = this.#limits;
    if (this.#running >= running) return false;
    return network.running < runningOfNetwork && person.running < runningOfPerson;
  }

  #start(line: Line): () => void {
    this.#running++;
    line.network.running++;
    line.person.running++;
    line.running++;
    return () => {
      this.#running--;
      line.network.running--;
      line.person.running--;
      line.running--;
      this.#forget(line);
      this.#startNext();
    };
  }

  /** Gives the free places to those whose turn it is. */
  #startNext(): void {
    for (let line = this.#nextLine(); line; line = this.#nextLine()) {
      const [first] = line.waiting;
      if (!first) return;
      this.#remove(line, first);
      first.resolve(this.#start(line));
    }
  }

  /** Returns the next line with a place and something waiting, and moves it and its network to the end of their turns. */
  #nextLine(): Line | null {
    if (this.#waiting === 0 || this.#running >= this.#limits.running) return null;
    for (const network of this.#networks.values()) {
      if (network.waiting === 0 || network.running >= this.#limits.runningOfNetwork) continue;
      for (const line of network.lines.values()) {
        if (line.waiting.size === 0 || !this.#hasPlace(line)) continue;
        moveToEnd(network.lines, line.person.key, line);
        moveToEnd(this.#networks, network.name, network);
        return line;
      }
    }
    return null;
  }

  #add(line: Line, entry: Entry): void {
    this.#count(line, 1);
    line.waiting.add(entry);
    if (!entry.signal) return;
    entry.onAbort = () => {
      this.#remove(line, entry);
      this.#forget(line);
      entry.reject(entry.signal?.reason);
    };
    entry.signal.addEventListener('abort', entry.onAbort, { once: true });
  }

  #remove(line: Line, entry: Entry): void {
    line.waiting.delete(entry);
    this.#count(line, -1);
    if (entry.onAbort) entry.signal?.removeEventListener('abort', entry.onAbort);
  }

  #count(line: Line, change: number): void {
    this.#waiting += change;
    line.network.waiting += change;
    line.person.waiting += change;
  }

  /** Makes room for one more in a line: the longest line of the fullest network gives way. @returns a refusal, or null. */
  #makeRoom(line: Line): ChatError | null {
    const { waiting, waitingOfNetwork, waitingOfPerson } = this.#limits;
    const { network, person } = line;
    if (person.waiting >= waitingOfPerson) return this.#refusal('rate_limited', 'of yours');
    if (network.waiting >= waitingOfNetwork && !this.#dropFrom(network, line))
      return this.#refusal('overloaded', 'of your network');
    if (this.#waiting < waiting) return null;
    const fullest = mostOf(this.#networks.values(), (other) => other.waiting);
    const isFairShare = !fullest || (fullest !== network && fullest.waiting <= network.waiting + 1);
    if (isFairShare || !this.#dropFrom(fullest, line)) return this.#refusal('overloaded', 'of everybody');
    return null;
  }

  /** Refuses the newest entry of a network's longest line. False if that is no longer than `line` would be. */
  #dropFrom(network: Network, line: Line): boolean {
    const longest = mostOf(network.lines.values(), (other) => other.waiting.size);
    if (!longest || (network === line.network && longest.waiting.size <= line.waiting.size + 1)) return false;
    const last = [...longest.waiting].at(-1);
    if (!last) return false;
    this.#remove(longest, last);
    this.#forget(longest);
    last.reject(this.#refusal('overloaded', 'of your network'));
    return true;
  }

  #refusal(code: 'rate_limited' | 'overloaded', whose: string): ChatError {
    this.#refused++;
    const detail = `too many ${this.#subject} ${whose} wait at once: try again in a moment`;
    return new ChatError(code, detail, { retryAfterMs: RETRY_AFTER_MS });
  }

  /** Keeps nothing of those who neither run nor wait. */
  #forget({ network, person, running, waiting }: Line): void {
    if (running === 0 && waiting.size === 0) network.lines.delete(person.key);
    if (network.running === 0 && network.waiting === 0) this.#networks.delete(network.name);
    if (person.running === 0 && person.waiting === 0) this.#people.delete(person.key);
  }
}

/** Keeps a link to the server: greets, waits until the rooms are live, and dials again after every end that allows it. */
import {
  ChatError,
  CLOSES,
  type Command,
  type RoomCursor,
  reactionTo,
  type ServerEvent,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { ConnectionState } from '../types/connection.ts';
import { ConnectionStatus } from './connection-status.ts';
import { Handshake } from './handshake.ts';
import type { Dial, Link, LinkEnd } from './link.ts';
import { PathCheck } from './path-check.ts';
import { RetryPolicy } from './retry-policy.ts';

/** The connection goes live this long after `welcome`, even if a room is still not confirmed. */
export const LIVE_WAIT_MS = 10_000;

/** The shortest time between two dials that a person's keys or a returning network cause. */
export const PROMPT_EVERY_MS = 1_000;

/** The content of `hello`. Without `rooms` it asks for all rooms of the caller. */
export type Greeting = { token: string; rooms?: RoomCursor[] };

/** The means and listeners of a Connection. */
export type ConnectionOptions = {
  dial: Dial;
  clock: Clock;
  /** A number from 0 to below 1, for backoff. */
  random(): number;
  /** Returns the next `hello`. A rejection with `unauthenticated` ends the connection; any other is retried. */
  greet(needsNewToken: boolean): Promise<Greeting>;
  /** Returns what keeps sockets from opening, in words; null if nothing is known. */
  diagnose(): Promise<string | null>;
  /** Called with the events of one frame. */
  onEvents(events: ServerEvent[]): void;
  /** Called when the state has changed. */
  onState(state: ConnectionState): void;
};

const RESTARTS: readonly number[] = [CLOSES.going_away.code, CLOSES.interrupted.code];

/** A connection over one link at a time, idle until `start`. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #status: ConnectionStatus;
  readonly #retries: RetryPolicy;
  readonly #path: PathCheck;
  #isRunning = false;
  #needsNewToken = false;
  #link: Link | null = null;
  #handshake: Handshake | null = null;
  #liveAtMs: number | null = null;
  #cancelTimer = () => {};
  /** When the next dial is due, while it waits to dial. */
  #dialsAtMs = 0;
  #promptedAtMs = Number.NEGATIVE_INFINITY;
  /** Whether the last dial was not due yet. Its failure says nothing about the backoff. */
  #isPrompted = false;
  /** Counts dials and ends. A greeting or frame of an earlier generation is ignored. */
  #generation = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#status = new ConnectionStatus(options.onState);
    this.#retries = new RetryPolicy(options.random);
    this.#path = new PathCheck(options.diagnose);
  }

  /** The state to show. */
  get state(): ConnectionState {
    return this.#status.shown;
  }

  /** Dials, unless it runs already. */
  start(): void {
    if (this.#isRunning && !this.#hasEnded) return;
    this.#isRunning = true;
    void this.#connect();
  }

  /** Closes the link and stays idle. */
  stop(): void {
    this.#isRunning = false;
    this.#hangUp();
    this.#status.enter({ name: 'idle' });
  }

  /**
   * Dials now if it waits to dial, but at most every PROMPT_EVERY_MS. A live link is checked if it
   * has been silent, or if the machine has slept. Cheap enough for each keystroke.
   */
  retryNow(hasSlept = false): void {
    const { name } = this.#status.actual;
    if (name === 'live') this.#link?.check(hasSlept);
    else if (name === 'reconnecting') this.#prompt();
  }

  /** Records that the machine is online or offline. */
  setOnline(isOnline: boolean): void {
    const cameBack = this.#status.setOnline(isOnline);
    // The machine may be on another network now, where the old link is dead without notice.
    if (cameBack && this.#isRunning && !this.#hasEnded) this.#prompt();
    else this.#status.enter(this.#status.actual);
  }

  /** Sends on a greeted link; false without one. */
  send(command: Command): boolean {
    if (this.#link === null || !this.#handshake?.isGreeted) return false;
    this.#link.send(command);
    return true;
  }

  /** Replaces the link with a new one; with `needsNewToken`, renews the token first. */
  redial(needsNewToken: boolean): void {
    const { name } = this.#status.actual;
    if (name !== 'live' && name !== 'connecting') return;
    this.#needsNewToken ||= needsNewToken;
    this.#hangUp();
    this.#wait(0, false);
  }

  /** Stops until `revive`. */
  end(reason: string): void {
    this.#hangUp();
    this.#retries.reset();
    this.#status.enter({ name: 'ended', reason });
  }

  /** Dials again after `end`, unless stopped. */
  revive(): void {
    if (this.#isRunning && this.#hasEnded) void this.#connect();
  }

  get #hasEnded(): boolean {
    return this.#status.actual.name === 'ended';
  }

  /** Dials as soon as PROMPT_EVERY_MS allows it, unless a dial is due earlier. */
  #prompt(): void {
    const { clock } = this.#options;
    const now = clock.now();
    const inMs = this.#promptedAtMs + PROMPT_EVERY_MS - now;
    if (inMs <= 0) {
      this.#promptedAtMs = now;
      void this.#connect(true);
      return;
    }
    const { actual } = this.#status;
    const isWaiting = actual.name === 'reconnecting';
    if (isWaiting && now + inMs >= this.#dialsAtMs) return;
    this.#cancelTimer();
    this.#dialsAtMs = now + inMs;
    this.#cancelTimer = clock.setTimer(() => this.#prompt(), inMs);
    if (isWaiting) this.#status.enter({ ...actual, inMs });
  }

  async #connect(isPrompted = false): Promise<void> {
    this.#hangUp();
    this.#isPrompted = isPrompted;
    const generation = this.#generation;
    this.#status.enter({ name: 'connecting' });
    try {
      const greeting = await this.#options.greet(this.#needsNewToken);
      if (generation === this.#generation) this.#open(greeting);
    } catch (error) {
      if (generation === this.#generation) this.#endOrWait(error);
    }
  }

  #open(greeting: Greeting): void {
    this.#needsNewToken = false;
    const handshake = new Handshake(greeting.rooms?.map((room) => room.roomId) ?? []);
    const link = this.#options.dial({
      onOpen: () => {
        this.#path.recordOpen();
        link.send({ op: 'hello', ...greeting });
      },
      onEvents: (events) => this.#receive(events, handshake),
      onEnd: (end) => this.#retryAfter(end),
    });
    this.#link = link;
    this.#handshake = handshake;
  }

  #receive(events: ServerEvent[], handshake: Handshake): void {
    const generation = this.#generation;
    const wasGreeted = handshake.isGreeted;
    for (const event of events) handshake.observe(event);
    if (!wasGreeted && handshake.isGreeted) {
      this.#cancelTimer = this.#options.clock.setTimer(() => this.#goLive(), LIVE_WAIT_MS);
    }
    this.#options.onEvents(events);
    if (generation === this.#generation && handshake.isComplete) this.#goLive();
  }

  #goLive(): void {
    if (this.#status.actual.name === 'live') return;
    this.#cancelTimer();
    this.#isPrompted = false;
    this.#liveAtMs = this.#options.clock.now();
    this.#status.enter({ name: 'live' });
  }

  #retryAfter({ code, reason, retryAfterMs }: LinkEnd): void {
    this.#hangUp();
    if (this.#retries.recordClose(code)) {
      this.end(reason);
      return;
    }
    if (reactionTo(code) === 'renew') this.#needsNewToken = true;
    this.#wait(retryAfterMs, RESTARTS.includes(code));
    void this.#examine();
  }

  /** Examines the path, and shows an obstacle while it waits. */
  async #examine(): Promise<void> {
    const isBlocked = await this.#path.recordEnd();
    const { actual } = this.#status;
    if (isBlocked && actual.name === 'reconnecting') this.#status.enter({ ...actual, ...this.#obstacle() });
  }

  #obstacle(): { obstacle?: string } {
    const { obstacle } = this.#path;
    return obstacle === null ? {} : { obstacle };
  }

  #endOrWait(error: unknown): void {
    if (!(error instanceof ChatError)) this.#wait(0, false);
    else if (error.code === 'unauthenticated') this.end(error.message);
    else this.#wait(error.retryAfterMs ?? 0, false);
  }

  #wait(retryAfterMs: number, restarting: boolean): void {
    const { clock } = this.#options;
    const next = this.#retries.nextAttempt(retryAfterMs, this.#isPrompted);
    this.#isPrompted = false;
    this.#dialsAtMs = clock.now() + next.inMs;
    this.#cancelTimer = clock.setTimer(() => void this.#connect(), next.inMs);
    this.#status.enter({ name: 'reconnecting', ...next, restarting, ...this.#obstacle() });
  }

  #hangUp(): void {
    this.#generation++;
    this.#cancelTimer();
    this.#link?.drop();
    this.#link = null;
    this.#handshake = null;
    const livedMs = this.#liveAtMs === null ? 0 : this.#options.clock.now() - this.#liveAtMs;
    this.#liveAtMs = null;
    this.#retries.recordLife(livedMs);
  }
}

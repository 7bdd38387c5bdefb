/** Finds out why no socket opens, such as a proxy that drops WebSockets. */
import { ChatError } from '@banter/protocol';
import type { Call } from '../api/http.ts';

/** Sockets in a row that must fail to open before the path is examined. */
export const EXAMINE_AFTER = 3;

/** Asks the socket's path by HTTP. Returns what is in the way of sockets, in words; null if nothing is known. */
export async function diagnose(call: Call): Promise<string | null> {
  try {
    await call('GET', '/v1/socket');
  } catch (error) {
    if (error instanceof ChatError && error.code === 'upgrade_required') return error.message;
  }
  return null;
}

/** Counts sockets that failed to open, and remembers the obstacle. */
export class PathCheck {
  readonly #diagnose: () => Promise<string | null>;
  #failures = 0;
  #obstacle: string | null = null;

  /** @param diagnose returns what is in the way; null if nothing is known */
  constructor(diagnose: () => Promise<string | null>) {
    this.#diagnose = diagnose;
  }

  /** The obstacle in words; null while none is known. */
  get obstacle(): string | null {
    return this.#obstacle;
  }

  /** Records that a socket opened. */
  recordOpen(): void {
    this.#failures = 0;
    this.#obstacle = null;
  }

  /** Records that a socket ended, and examines the path if none has opened lately. Resolves to whether it found an obstacle. */
  async recordEnd(): Promise<boolean> {
    if (++this.#failures < EXAMINE_AFTER) return false;
    const before = this.#failures;
    const obstacle = await this.#diagnose();
    // A socket may have opened meanwhile. An answer that names nothing does not prove that the way is free.
    if (this.#failures >= before) this.#obstacle = obstacle ?? this.#obstacle;
    return this.#obstacle !== null;
  }
}

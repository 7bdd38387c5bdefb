/** The connection's state, and the one shown while the machine is offline. */
import type { ConnectionState } from '../types/connection.ts';

const OFFLINE: ConnectionState = { name: 'offline' };

/** Holds the state and reports each change of the shown one. */
export class ConnectionStatus {
  readonly #onShown: (state: ConnectionState) => void;
  #actual: ConnectionState = { name: 'idle' };
  #shown: ConnectionState = this.#actual;
  #isOnline = true;

  /** @param onShown called when the shown state changes */
  constructor(onShown: (state: ConnectionState) => void) {
    this.#onShown = onShown;
  }

  /** The state as if the machine were online. */
  get actual(): ConnectionState {
    return this.#actual;
  }

  /** The state to show: `offline` while the machine is offline and there is no link. */
  get shown(): ConnectionState {
    return this.#shown;
  }

  /** Enters a state. */
  enter(next: ConnectionState): void {
    this.#actual = next;
    const shown = this.#isOnline || !isDown(next) ? next : OFFLINE;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#onShown(shown);
  }

  /** Records the machine's report; returns whether it came back online. */
  setOnline(isOnline: boolean): boolean {
    const cameBack = isOnline && !this.#isOnline;
    this.#isOnline = isOnline;
    return cameBack;
  }
}

/** Whether a link is missing and the connection tries to open one. */
function isDown(state: ConnectionState): boolean {
  return state.name === 'connecting' || state.name === 'reconnecting';
}

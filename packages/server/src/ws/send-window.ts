/** The send window: stops reading a socket while too many commands are unanswered, or too many answers unread. */
import { SEND_WINDOW, SEND_WINDOW_CHARS } from '@banter/protocol';
import type { WebSocket } from 'ws';
import { COMMANDS_MAX_BYTES } from '../hub/limits.ts';
import type { WebSocketLink } from './link.ts';

type Pausable = Pick<WebSocket, 'pause' | 'isPaused'>;

/** One socket's unanswered commands. A class without closures, because each idle socket has one. */
export class SendWindow {
  readonly #ws: Pausable;
  readonly #link: Pick<WebSocketLink, 'queuedBytes' | 'resume'>;
  #count = 0;
  #chars = 0;
  /** Whether the socket was paused here, and not by somebody else. */
  #hasPaused = false;

  constructor(ws: Pausable, link: Pick<WebSocketLink, 'queuedBytes' | 'resume'>) {
    this.#ws = ws;
    this.#link = link;
  }

  /** Counts a command with this many characters as unanswered until `answer` settles. */
  track(chars: number, answer: Promise<unknown>): void {
    this.#count++;
    this.#chars += chars;
    this.pauseOrResume();
    const release = () => {
      this.#count--;
      this.#chars -= chars;
      this.pauseOrResume();
    };
    answer.then(release, release);
  }

  /** Pauses a socket whose window is full, and resumes it afterwards. Call it for each frame, and after a drain. */
  pauseOrResume(): void {
    const ws = this.#ws;
    const isFull =
      this.#count >= SEND_WINDOW ||
      this.#chars >= SEND_WINDOW_CHARS ||
      this.#link.queuedBytes() >= COMMANDS_MAX_BYTES;
    if (isFull && !ws.isPaused) {
      this.#hasPaused = true;
      ws.pause();
    } else if (!isFull && this.#hasPaused) {
      this.#hasPaused = false;
      this.#link.resume();
    }
  }
}

/** Stops reading a socket while too many of its commands wait for their answer, or too many answers for their reader. */
import { SEND_WINDOW, SEND_WINDOW_CHARS } from '@banter/protocol';
import type { WebSocket } from 'ws';
import { COMMANDS_MAX_BYTES } from '../hub/limits.ts';
import type { Link } from '../hub/link.ts';

export type SendWindow = {
  /** Counts a command in until `answer` ends, however it ends. */
  hold(chars: number, answer: Promise<unknown>): void;
  /** Stops or goes on reading, as things stand. To be called when something came, and when the socket has drained. */
  look(): void;
};

type Pausable = Pick<WebSocket, 'pause' | 'resume' | 'isPaused'>;

export function createSendWindow(ws: Pausable, link: Pick<Link, 'queuedBytes'>): SendWindow {
  return new SocketSendWindow(ws, link);
}

/** A class for the same reason as the link's: each idle socket has one. */
class SocketSendWindow implements SendWindow {
  private count = 0;
  private chars = 0;
  /** Whether it was this window that paused the socket. */
  private hasPaused = false;
  private readonly ws: Pausable;
  private readonly link: Pick<Link, 'queuedBytes'>;

  constructor(ws: Pausable, link: Pick<Link, 'queuedBytes'>) {
    this.ws = ws;
    this.link = link;
  }

  hold(chars: number, answer: Promise<unknown>): void {
    this.count++;
    this.chars += chars;
    this.look();
    const release = () => {
      this.count--;
      this.chars -= chars;
      this.look();
    };
    answer.then(release, release);
  }

  look(): void {
    const { ws } = this;
    const isFull =
      this.count >= SEND_WINDOW ||
      this.chars >= SEND_WINDOW_CHARS ||
      this.link.queuedBytes() >= COMMANDS_MAX_BYTES;
    if (isFull && !ws.isPaused) {
      this.hasPaused = true;
      ws.pause();
    } else if (!isFull && this.hasPaused) {
      this.hasPaused = false;
      ws.resume();
    }
  }
}

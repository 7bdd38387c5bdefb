/** Stops reading a socket while too many of its commands wait for their answer, or too many answers for their reader. */
import { SEND_WINDOW, SEND_WINDOW_CHARS } from '@banter/protocol';
import type { WebSocket } from 'ws';
import type { Link } from '../hub/connection.ts';

export type SendWindow = {
  /** Counts a command in until `answer` ends, however it ends. */
  hold(chars: number, answer: Promise<unknown>): void;
  /** Stops or goes on reading, as things stand. To be called when something came, and when the socket has drained. */
  look(): void;
};

/** A peer that takes no answers gets no further commands in: what waits for it stays bounded [B1]. */
const UNREAD_MAX_BYTES = 1024 * 1024;

export function createSendWindow(
  ws: Pick<WebSocket, 'pause' | 'resume' | 'isPaused'>,
  link: Pick<Link, 'queuedBytes'>,
): SendWindow {
  let count = 0;
  let chars = 0;
  /** Whether it was this window that paused the socket. */
  let hasPaused = false;

  function look(): void {
    const isFull =
      count >= SEND_WINDOW || chars >= SEND_WINDOW_CHARS || link.queuedBytes() >= UNREAD_MAX_BYTES;
    if (isFull && !ws.isPaused) {
      hasPaused = true;
      ws.pause();
    } else if (!isFull && hasPaused) {
      hasPaused = false;
      ws.resume();
    }
  }

  return {
    hold(size, answer) {
      count++;
      chars += size;
      look();
      const release = () => {
        count--;
        chars -= size;
        look();
      };
      answer.then(release, release);
    },
    look,
  };
}

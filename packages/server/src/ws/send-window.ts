/** Stops reading a socket while too many of its sends wait for their answer. */
import { SEND_WINDOW, SEND_WINDOW_CHARS } from '@banter/protocol';
import type { WebSocket } from 'ws';

export type SendWindow = {
  /** Counts a send in until `answer` ends, however it ends. */
  hold(chars: number, answer: Promise<unknown>): void;
};

export function createSendWindow(ws: WebSocket): SendWindow {
  let count = 0;
  let chars = 0;
  const isFull = () => count >= SEND_WINDOW || chars >= SEND_WINDOW_CHARS;
  return {
    hold(size, answer) {
      count++;
      chars += size;
      if (isFull()) ws.pause();
      const release = () => {
        count--;
        chars -= size;
        if (ws.isPaused && !isFull()) ws.resume();
      };
      answer.then(release, release);
    },
  };
}

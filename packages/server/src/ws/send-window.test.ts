import { SEND_WINDOW, SEND_WINDOW_CHARS } from '@banter/protocol';
import { beforeEach, expect, test } from 'vitest';
import { settle } from '../../test/harness/hub.ts';
import { SendWindow } from './send-window.ts';

/** The part of a socket that the window uses. */
let socket: { isPaused: boolean; pause(): void; resume(): void };
let window: SendWindow;
/** Bytes that the link holds. */
let queuedBytes = 0;

beforeEach(() => {
  socket = {
    isPaused: false,
    pause() {
      this.isPaused = true;
    },
    resume() {
      this.isPaused = false;
    },
  };
  queuedBytes = 0;
  window = new SendWindow(socket, { queuedBytes: () => queuedBytes, resume: () => socket.resume() });
});

/** Tracks a send, which the returned functions settle. */
function track(chars = 1): { answer(): void; fail(): void } {
  let answer = () => {};
  let fail = () => {};
  const outcome = new Promise<void>((resolve, reject) => {
    answer = resolve;
    fail = () => reject(new Error('rejected'));
  });
  window.track(chars, outcome);
  return { answer, fail };
}

test('[L2] a thousand unanswered sends pause the socket, and one answer resumes it', async () => {
  const sends = Array.from({ length: SEND_WINDOW - 1 }, () => track());
  expect(socket.isPaused).toBe(false);
  sends.push(track());
  expect(socket.isPaused).toBe(true);
  sends[0]?.answer();
  await settle();
  expect(socket.isPaused).toBe(false);
});

test('[L2] fewer sends fill the window when they are long', async () => {
  track(SEND_WINDOW_CHARS - 1);
  expect(socket.isPaused).toBe(false);
  const last = track(1);
  expect(socket.isPaused).toBe(true);
  last.answer();
  await settle();
  expect(socket.isPaused).toBe(false);
});

test('[L2] a rejected send leaves the window like any other', async () => {
  const sends = Array.from({ length: SEND_WINDOW }, () => track());
  for (const send of sends) send.fail();
  await settle();
  expect(socket.isPaused).toBe(false);
  for (let i = 0; i < SEND_WINDOW - 1; i++) track();
  expect(socket.isPaused).toBe(false);
});

test('[L2] the socket stays paused while the window is full', async () => {
  const big = track(2 * SEND_WINDOW_CHARS);
  const small = track(1);
  small.answer();
  await settle();
  expect(socket.isPaused).toBe(true);
  big.answer();
  await settle();
  expect(socket.isPaused).toBe(false);
});

test('[B1] a peer that does not read its answers is paused until it does', () => {
  queuedBytes = 1024 * 1024;
  window.pauseOrResume();
  expect(socket.isPaused).toBe(true);
  queuedBytes = 0;
  window.pauseOrResume();
  expect(socket.isPaused).toBe(false);
});

test('a socket that was paused elsewhere stays paused', () => {
  socket.pause();
  window.pauseOrResume();
  expect(socket.isPaused).toBe(true);
});

import { SEND_WINDOW, SEND_WINDOW_CHARS } from '@banter/protocol';
import { beforeEach, expect, test } from 'vitest';
import { settle } from '../../test/harness/hub.ts';
import { createSendWindow, type SendWindow } from './send-window.ts';

/** As much of a socket as the window uses. */
let socket: { isPaused: boolean; pause(): void; resume(): void };
let window: SendWindow;
/** What waits for the peer. */
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
  window = createSendWindow(socket, { queuedBytes: () => queuedBytes });
});

/** Holds a send; the returned function ends it. */
function hold(chars = 1): { answer(): void; fail(): void } {
  let answer = () => {};
  let fail = () => {};
  const outcome = new Promise<void>((resolve, reject) => {
    answer = resolve;
    fail = () => reject(new Error('refused'));
  });
  window.hold(chars, outcome);
  return { answer, fail };
}

test('[L2] the socket is read until a thousand sends wait, and again when one is answered', async () => {
  const sends = Array.from({ length: SEND_WINDOW - 1 }, () => hold());
  expect(socket.isPaused).toBe(false);
  sends.push(hold());
  expect(socket.isPaused).toBe(true);
  sends[0]?.answer();
  await settle();
  expect(socket.isPaused).toBe(false);
});

test('[L2] long sends fill the window sooner', async () => {
  hold(SEND_WINDOW_CHARS - 1);
  expect(socket.isPaused).toBe(false);
  const last = hold(1);
  expect(socket.isPaused).toBe(true);
  last.answer();
  await settle();
  expect(socket.isPaused).toBe(false);
});

test('[L2] a refused send makes room like any other', async () => {
  const sends = Array.from({ length: SEND_WINDOW }, () => hold());
  for (const send of sends) send.fail();
  await settle();
  expect(socket.isPaused).toBe(false);
  for (let i = 0; i < SEND_WINDOW - 1; i++) hold();
  expect(socket.isPaused).toBe(false);
});

test('[L2] is not opened before there is room', async () => {
  const big = hold(2 * SEND_WINDOW_CHARS);
  const small = hold(1);
  small.answer();
  await settle();
  expect(socket.isPaused).toBe(true);
  big.answer();
  await settle();
  expect(socket.isPaused).toBe(false);
});

test('[B1] a peer that does not take its answers is not read until it does', () => {
  queuedBytes = 1024 * 1024;
  window.look();
  expect(socket.isPaused).toBe(true);
  queuedBytes = 0;
  window.look();
  expect(socket.isPaused).toBe(false);
});

test('a socket that somebody else has paused stays paused', () => {
  socket.pause();
  window.look();
  expect(socket.isPaused).toBe(true);
});

import { EventEmitter } from 'node:events';
import { beforeEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { createManualClock, type ManualClock } from '../../test/harness/clock.ts';
import { CONTROL_FRAMES_MAX, CONTROL_PERIOD_MS, ControlFrames } from './control-frames.ts';

class TestSocket extends EventEmitter {
  code = 0;
  isPaused = false;
  close(code: number): void {
    this.code = code;
  }
  pause(): void {
    this.isPaused = true;
  }
}

let clock: ManualClock;
let frames: ControlFrames;

beforeEach(() => {
  clock = createManualClock();
  frames = new ControlFrames(clock);
});

function watched(): TestSocket {
  const socket = new TestSocket();
  frames.watch(socket as unknown as WebSocket);
  return socket;
}

function send(socket: TestSocket, kind: 'ping' | 'pong', count: number): void {
  for (let i = 0; i < count; i++) socket.emit(kind, Buffer.alloc(0));
}

test('[L1] a flood of pings and pongs closes its socket, stops the reading of it, and touches no other', () => {
  const [flooding, other] = [watched(), watched()];
  send(flooding, 'ping', CONTROL_FRAMES_MAX / 2);
  send(flooding, 'pong', CONTROL_FRAMES_MAX / 2);
  send(other, 'pong', CONTROL_FRAMES_MAX);
  expect([flooding.code, other.code]).toEqual([0, 0]);
  send(flooding, 'pong', 1);
  expect([flooding.code, flooding.isPaused]).toEqual([4202, true]);
  expect([other.code, other.isPaused]).toEqual([0, false]);
});

test('[L1] heartbeats over a long time close nothing', () => {
  const socket = watched();
  for (let period = 0; period < 100; period++) {
    send(socket, 'ping', CONTROL_FRAMES_MAX);
    clock.advance(CONTROL_PERIOD_MS);
  }
  expect(socket.code).toBe(0);
});

import { beforeEach, expect, test } from 'vitest';
import { CommandTurns, FRAMES_PER_TURN, type FrameRunner } from './command-turns.ts';

let turns: CommandTurns;
/** The frames that ran, of all sockets. */
let ran: string[];
beforeEach(() => {
  turns = new CommandTurns();
  ran = [];
});

function createSocket(): FrameRunner & { isHeld: boolean } {
  return {
    isHeld: false,
    runFrame: (data) => void ran.push(String(data)),
    holdFrames() {
      this.isHeld = true;
    },
    releaseFrames() {
      this.isHeld = false;
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('[L2] a packet of many frames runs in several turns, in order, and another socket waits for one turn of it', async () => {
  const [flood, other] = [createSocket(), createSocket()];
  const count = 3 * FRAMES_PER_TURN + 1;
  for (let i = 0; i < count; i++) turns.run(flood, Buffer.from(`${i}`));
  turns.run(other, Buffer.from('other'));
  expect([ran.length, ran.at(-1), flood.isHeld, other.isHeld]).toEqual([
    FRAMES_PER_TURN + 1,
    'other',
    true,
    false,
  ]);
  for (let i = 2; i <= 3; i++) {
    await turn();
    expect(ran.length).toBe(i * FRAMES_PER_TURN + 1);
  }
  await turn();
  expect(flood.isHeld).toBe(false);
  expect(ran.filter((frame) => frame !== 'other')).toEqual(Array.from({ length: count }, (_, i) => `${i}`));
});

test('[L2] a frame that arrives while others wait runs after them', async () => {
  const socket = createSocket();
  for (let i = 0; i <= FRAMES_PER_TURN; i++) turns.run(socket, Buffer.from(`${i}`));
  socket.isHeld = false;
  turns.run(socket, null);
  expect(socket.isHeld).toBe(true);
  await turn();
  expect(ran.slice(-2)).toEqual([`${FRAMES_PER_TURN}`, 'null']);
});

test('each turn has its own count', async () => {
  const socket = createSocket();
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < FRAMES_PER_TURN; j++) turns.run(socket, null);
    expect([ran.length, socket.isHeld]).toEqual([(i + 1) * FRAMES_PER_TURN, false]);
    await turn();
  }
});

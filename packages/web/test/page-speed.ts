/**
 * Measures how fast the built page draws: `node --conditions=source --import tsx packages/web/test/page-speed.ts` after a
 * build. A scripted server sends the messages over a real socket. No test runs this: its figures depend on the machine.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { type WebSocket, WebSocketServer } from 'ws';
import { launchChromium, openPage } from './chromium.ts';
import { answerTo, handleCommand, ROOM_ID } from './stage.ts';

const TYPED = 'the quick brown fox jumps over the lazy dog and looks for the next one ';
/** Keys come a little slower than one in five frames, never in step with the messages. */
const KEY_EVERY_MS = 83;
const KEYS = 150;
const BURST = 500;
const ROUNDS = 3;
/** The head of each room on the stage. */
const FIRST_SEQ = 100;

const server = createServer(async ({ url = '/' }, response) => {
  const { status, headers, body } = await answerTo(url.split('?')[0] ?? url, true);
  response.writeHead(status, headers).end(body);
});
let socket: WebSocket | null = null;
let seq = FIRST_SEQ;
new WebSocketServer({ server }).on('connection', (opened) => {
  socket = opened;
  opened.on('message', (text) => handleCommand(opened, JSON.parse(String(text))));
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const { port } = server.address() as AddressInfo;
const browser = await launchChromium();
const page = await openPage(browser);
await page.addInitScript((roomId) => localStorage.setItem('banter.room', String(roomId)), ROOM_ID);
const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
await page.addInitScript(watchTasks);
await page.goto(`http://127.0.0.1:${port}/`);
await page.getByText(/live \d+ ms/).waitFor({ state: 'attached' });
await burst(page);

await reportTyping('quiet room', () => () => undefined);
await reportTyping('50 messages a second', () => sayEvery(20));
for (let round = 1; round <= ROUNDS; round++) await reportBurst();
await browser.close();
server.close();

async function reportTyping(name: string, start: () => () => void): Promise<void> {
  await page.locator('.composer textarea').fill('');
  await readSeen(page);
  const stop = start();
  const spent = await work(typeKeys);
  stop();
  const keys = (await readSeen(page)).keys.toSorted((a, b) => a - b);
  const at = (part: number) => (keys[Math.ceil(part * keys.length) - 1] ?? Number.NaN).toFixed(0);
  print(`key to frame, ${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`, spent);
}

async function reportBurst(): Promise<void> {
  await readSeen(page);
  const spent = await work(() => burst(page));
  const { tasks } = await readSeen(page);
  const order = (await isInOrder(page)) ? 'in order' : 'OUT OF ORDER';
  const longest = Math.max(0, ...tasks);
  print(`500 messages in a second: ${tasks.length} tasks over 50 ms, longest ${longest} ms, ${order}`, spent);
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n  ')}\n`);
}

/** Runs in the page. Records the length of long tasks, and of each key until the frame that shows it is done. */
function watchTasks(): void {
  const seen = { tasks: [] as number[], keys: [] as number[] };
  Object.assign(window, { seen });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(Math.round(duration));
  }).observe({ entryTypes: ['longtask'] });
  document.addEventListener(
    'keydown',
    ({ timeStamp }) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => seen.keys.push(performance.now() - timeStamp);
        port2.postMessage(null);
      });
    },
    true,
  );
}

type Seen = { tasks: number[]; keys: number[] };

function readSeen(from: Page): Promise<Seen> {
  return from.evaluate(() => {
    const { seen } = window as unknown as { seen: Seen };
    const copy = { tasks: [...seen.tasks], keys: [...seen.keys] };
    seen.tasks.length = 0;
    seen.keys.length = 0;
    return copy;
  });
}

function say(): void {
  seq++;
  const at = new Date().toISOString();
  const who = seq % 5;
  const content = `message ${seq} about **plates** and the \`mask\`, with https://example.org/${seq}`;
  socket?.send(
    JSON.stringify({
      ...{ type: 'message', roomId: ROOM_ID, seq, userId: 100 + who, id: `speed-${seq}`, at, content },
      username: ['amara', 'eun-ji', 'kowalczyk_jan', 'lindqvist', 'odalys'][who],
    }),
  );
}

/** Sends a message every `everyMs`. Returns a function that stops it. */
function sayEvery(everyMs: number): () => void {
  const timer = setInterval(say, everyMs);
  return () => clearInterval(timer);
}

/** Reports the work of the page's main thread during a task, from Chromium's counters. Times are of its CPU, which other programs do not lengthen. */
async function work(task: () => Promise<unknown>): Promise<string> {
  const read = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return new Map(metrics.map(({ name, value }) => [name, value]));
  };
  const before = await read();
  await task();
  const after = await read();
  const spent = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const ms = (name: string) => `${(1_000 * spent(name)).toFixed(0)} ms`;
  return (
    `tasks ${ms('TaskDuration')}, scripts ${ms('ScriptDuration')}, ` +
    `${spent('LayoutCount')} layouts ${ms('LayoutDuration')}, ${spent('RecalcStyleCount')} style passes ${ms('RecalcStyleDuration')}`
  );
}

async function typeKeys(): Promise<void> {
  for (let index = 0; index < KEYS; index++) {
    await page.keyboard.press(TYPED[index % TYPED.length] ?? 'x');
    await page.waitForTimeout(KEY_EVERY_MS);
  }
}

/** Sends BURST messages in a second, and waits until the last one is drawn. */
async function burst(on: Page): Promise<void> {
  const startedMs = performance.now();
  for (let sent = 0; sent < BURST; ) {
    const due = Math.min(BURST, ((performance.now() - startedMs) / 1_000) * BURST);
    for (; sent < due; sent++) say();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await on.locator('.words').getByText(`message ${seq} about`).waitFor();
  await on.waitForTimeout(300);
}

async function isInOrder(on: Page): Promise<boolean> {
  const texts = await on.locator('.message .words').allTextContents();
  const numbers = texts.map((text) => Number(/^message (\d+)/.exec(text)?.[1]));
  return numbers.every((each, index) => index === 0 || each === (numbers[index - 1] ?? 0) + 1);
}

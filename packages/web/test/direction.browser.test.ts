/** Text from right to left: each line of a message and of the input has the direction of its own words. */
import { expect, it } from 'vitest';
import { until } from '../../server/test/harness/wait.ts';
import { openWithMira } from './with-mira.ts';

const alone = openWithMira('babel');

/** Whether the full stop at the end of each line of the last message is to the left of its other text. */
function stopsOnTheLeft(): Promise<boolean[]> {
  return alone.mira.page
    .locator('.message .words')
    .last()
    .evaluate((words) => {
      const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
      const boxes: { char: string; x: number }[] = [];
      for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
        for (let at = 0; at < (node.textContent?.length ?? 0); at++) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + 1);
          boxes.push({ char: range.toString(), x: range.getBoundingClientRect().x });
        }
      }
      const lines: number[][] = [[]];
      for (const { char, x } of boxes) {
        if (char === '\n') lines.push([]);
        else lines.at(-1)?.push(x);
      }
      return lines.map((line) => line.at(-1) === Math.min(...line));
    });
}

it('each line of a message has the direction of its own words, whatever name or address is before them', async () => {
  const lines = [
    'hello there.',
    'שלום לכולם.',
    'and مرحبا again.',
    '@nobody مرحبا.',
    'https://a.example/x שלום.',
  ];
  await alone.mira.say(lines.join('\n'));
  await alone.mira.sees([lines.join('\n')]);
  await until(
    'the names are set apart',
    async () => (await alone.mira.page.locator('.words .leading').count()) === 1,
  );
  expect(await stopsOnTheLeft()).toEqual([false, true, false, true, true]);
  await alone.mira.say('mira: שלום.');
  await until('it is shown', async () => (await alone.mira.texts()).length === 2);
  expect(await stopsOnTheLeft()).toEqual([true]);
});

it('the input has the direction of its text, and its cursor stays in place', async () => {
  const ends = () =>
    alone.mira.page.evaluate(() => {
      const echo = document.querySelector('.composer .echo')?.getBoundingClientRect();
      const cursor = document.querySelector('.composer .cursor')?.getBoundingClientRect();
      const isOnTheRight = (cursor?.left ?? 0) > ((echo?.left ?? 0) + (echo?.right ?? 0)) / 2;
      const { direction } = getComputedStyle(document.querySelector('.composer textarea') ?? document.body);
      return { isOnTheRight, direction };
    });
  await alone.mira.page.keyboard.insertText('hello');
  expect((await ends()).isOnTheRight).toBe(false);
  await alone.mira.input.fill('');
  await alone.mira.page.keyboard.insertText('שלום');
  expect(await ends()).toEqual({ isOnTheRight: true, direction: 'rtl' });
  await alone.mira.input.fill('');
  await alone.mira.page.keyboard.insertText('@nobody שלום');
  await until('the name does not decide', async () => (await ends()).isOnTheRight);
  await alone.mira.input.fill('');
  await alone.mira.page.keyboard.insertText('hello');
  expect(await ends()).toEqual({ isOnTheRight: false, direction: 'ltr' });
});

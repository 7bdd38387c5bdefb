/** Measures the contrast of all visible text on a page. */
import type { Page } from 'playwright-core';
import { until } from '../../server/test/harness/wait.ts';

/** Texts whose contrast (WCAG 2) with their background is under `least`. */
export async function lowContrastTexts(page: Page, least: number): Promise<string[]> {
  await until('there is text', async () => (await page.locator('body').textContent())?.trim() !== '');
  return page.evaluate((minimum) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    if (canvas === null) throw new Error('there is no canvas to measure colours with');
    const channels = (color: string): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const backgroundOf = (element: Element | null): string => {
      if (element === null) return getComputedStyle(document.body).backgroundColor;
      const color = getComputedStyle(element).backgroundColor;
      return channels(color)[3] === 255 ? color : backgroundOf(element.parentElement);
    };
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      // The echo under the input is transparent on purpose: the input shows the text.
      const isHidden = element?.closest('.echo, .unseen, noscript') !== null;
      if (element === null || text === '' || isHidden || !element.checkVisibility()) continue;
      // A repeated nick or time, which is only for screen readers.
      if (channels(getComputedStyle(element).color)[3] === 0) continue;
      const [first, second] = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))];
      const ratio = (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
      if (ratio < minimum) found.push(`${ratio.toFixed(2)} ${text}`);
    }
    return found;
  }, least);
}

/** Tells a person that an open room has the name of a closed one that they own [C11]. */
import type { Room } from '@banter/protocol';
import { effect } from '@preact/signals';
import { printLocal } from '../local-lines.ts';
import type { Page } from '../page.ts';

/** Prints each such pair of rooms once. Returns a function that stops it. */
export function followNamesakes(page: Page): () => void {
  const told = new Set<string>();
  return effect(() => {
    const rooms = page.clientState.rooms();
    if (rooms.some(({ namesakeId }) => namesakeId !== undefined)) void tell(page, rooms, told);
  });
}

async function tell(page: Page, rooms: readonly Room[], told: Set<string>): Promise<void> {
  const code = await import('./namesake-text.ts').catch(() => null);
  for (const room of rooms) {
    const text = code?.namesakeText(room, rooms, page.self.id) ?? null;
    if (text === null || told.has(text)) continue;
    told.add(text);
    printLocal(page, text, true);
  }
}

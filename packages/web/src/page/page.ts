/** State and services shared by all parts of the signed-in page. */
import type { Client } from '@banter/client';
import type { User } from '@banter/protocol';
import type { ReadonlySignal } from '@preact/signals';
import type { Composer } from '../input/composer.ts';
import type { Drafts } from '../input/drafts.ts';
import type { LogView } from '../log/log-view.ts';
import type { Announcer } from './announcer.ts';
import type { ClientState } from './client-state.ts';
import type { Directory } from './names/directory.ts';
import type { View } from './view.ts';

/**
 * The parts written without components; null while they are not in the document. `heldKeys`: each `event.key` that was pressed
 * for a panel that is still loading. The panel takes them.
 */
export type Mounted = { log: LogView | null; composer: Composer | null; heldKeys: string[] };

/** One per sign-in. Components get it from `usePage()`. */
export type Page = {
  client: Client;
  clientState: ClientState;
  view: View;
  /** The signed-in account. */
  self: User;
  /** The server's name, as in the address bar. */
  host: string;
  drafts: Drafts;
  announcer: Announcer;
  /** Finds people beyond those of the open room. */
  directory: Directory;
  mounted: Mounted;
  /** Milliseconds of the monotonic clock, updated once a second. */
  nowMs: ReadonlySignal<number>;
  isMac: boolean;
  /** Runs `task` after `delayMs`. Returns a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
};

/** Whether a person watches the page: it is visible and focused. */
export function isWatched(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

/** Whether the page is used by touch. */
export function isTouch(): boolean {
  return matchMedia('(pointer: coarse)').matches;
}

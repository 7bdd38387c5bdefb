/** Everything the parts of the signed-in page share, made once per sign-in and handed down. */
import type { Client } from '@banter/client';
import type { User } from '@banter/protocol';
import type { ReadonlySignal } from '@preact/signals';
import type { Composer } from '../input/composer.ts';
import type { Drafts } from '../input/drafts.ts';
import type { LogView } from '../log/log-view.ts';
import type { Announcer } from './announcer.ts';
import type { Session } from './client-state.ts';
import type { View } from './view.ts';

/** The hand-written parts, while they stand in the document. */
export type Mounted = { log: LogView | null; composer: Composer | null };

export type Page = {
  client: Client;
  session: Session;
  view: View;
  /** Who is signed in. */
  self: User;
  /** The name of the server as the address bar shows it. */
  host: string;
  drafts: Drafts;
  announcer: Announcer;
  mounted: Mounted;
  /** Milliseconds of the monotonic clock, moving on once a second. */
  nowMs: ReadonlySignal<number>;
  isMac: boolean;
  /** Runs `task` after `delayMs`; gives a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
};

/** Whether a person looks at the page now. */
export function isWatched(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}

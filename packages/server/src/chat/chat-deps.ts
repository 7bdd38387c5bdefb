/** The domain's dependencies on the rest of the server. */
import type { Registration } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub/hub.ts';
import type { Appender } from '../store/append/appender.ts';
import type { Store } from '../store/store.ts';
import type { ReadFreeSpace } from './limits/disk-space.ts';
import type { Rates } from './limits/rate-limits.ts';
import type { OnProblem } from './periodic.ts';
import type { Caps } from './rooms/room-caps.ts';
import type { SigningKeys } from './secrets.ts';
import type { Retention } from './sign-in/leftovers.ts';
import type { Passwords } from './sign-in/passwords.ts';

/** The parts outside of the domain that it works with, and its settings. */
export type ChatDeps = {
  store: Store;
  appender: Pick<Appender, 'append' | 'change'>;
  hub: Hub;
  clock: Clock;
  onProblem: OnProblem;
  /** Sign access tokens and device cookies. */
  signingKeys: SigningKeys;
  registration: Registration;
  /** The name of the room that new accounts join; null for none. */
  lobbyName: string | null;
  /** Null lifts rate limits, for measuring on loopback only. */
  rates: Rates | null;
  retention: Retention;
  /** Null lifts the caps. */
  caps: Caps | null;
  /** How much text one person may store on one day; null for any. */
  bytesPerDay: number | null;
  /** Reads the space that is left for the database; null if nothing bounds it. */
  readFreeSpace: ReadFreeSpace | null;
  /** Called when the disk becomes nearly full, and when it has space again. */
  onDiskChange: (isLow: boolean) => void;
  /** Tests that sign in very often replace the slow hashing. */
  passwords?: Pick<Passwords, 'hash' | 'verify' | 'counts'>;
};

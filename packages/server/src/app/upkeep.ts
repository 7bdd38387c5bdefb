/** What goes on by itself, in periods: what is known of the store is kept fresh, what is over is found and swept. */

import { type AddressBans, createAddressBans } from '../chat/limits/address-bans.ts';
import { createNames, type Names } from '../chat/messages/names.ts';
import { type AccountRemoval, watchRemovals } from '../chat/people/account-removal.ts';
import { createFailedSignIns, type FailedSignIns } from '../chat/sign-in/failed-sign-ins.ts';
import { createLastUse, type LastUse } from '../chat/sign-in/last-use.ts';
import { watchLeftovers } from '../chat/sign-in/leftovers.ts';
import { watchRevocations } from '../chat/sign-in/revocation.ts';
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub/hub.ts';
import { STALL_CHECK_PERIOD_MS } from '../hub/limits.ts';
import type { Store } from '../store/store.ts';

export type Upkeep = {
  names: Names;
  addressBans: AddressBans;
  lastUse: LastUse;
  removal: AccountRemoval;
  /** Has an end of its own: it writes what it has counted. */
  failedSignIns: FailedSignIns;
  /** Ends all the others. */
  stop(): void;
};

export type UpkeepDeps = { store: Store; hub: Hub; clock: Clock; onProblem: (error: unknown) => void };

/** Reads what is kept in memory, and begins. @throws as Database.query where the store cannot be read. */
export async function beginUpkeep({ store, hub, clock, onProblem }: UpkeepDeps): Promise<Upkeep> {
  const names = await createNames({ users: store.users, clock, onProblem });
  const addressBans = await createAddressBans({ bans: store.addressBans, clock, onProblem });
  const lastUse = createLastUse({ sessions: store.sessions, clock, onProblem });
  const removal = watchRemovals({ removals: store.accountRemovals, hub, clock, onProblem });
  const failedSignIns = createFailedSignIns({ audit: store.audit, clock, onProblem });
  const stops = [
    names.stop,
    addressBans.stop,
    lastUse.stop,
    removal.stop,
    clock.every(STALL_CHECK_PERIOD_MS, () => hub.closeStalled()),
    watchRevocations({ sessions: store.sessions, hub, clock, onProblem }),
    watchLeftovers({ leftovers: store.leftovers, clock, onProblem }),
  ];
  return {
    names,
    addressBans,
    lastUse,
    removal,
    failedSignIns,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

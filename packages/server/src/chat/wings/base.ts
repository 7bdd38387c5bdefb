/** Builds limits and presence, the lowest wing of the domain. */
import type { ChatDeps } from '../chat-deps.ts';
import { AddressBans } from '../limits/address-bans.ts';
import { DiskSpace } from '../limits/disk-space.ts';
import { PacedAppender } from '../limits/paced-appender.ts';
import { RateLimits } from '../limits/rate-limits.ts';
import { StorageQuota } from '../limits/storage-quota.ts';
import { Presence } from '../presence/presence.ts';

/** Limits and presence. `appender`: the one that higher wings use, which charges every act. */
export function buildBase(deps: ChatDeps) {
  const { store, hub, clock, onProblem, rates, appender } = deps;
  const { memberships, lastSeen } = store;
  const space = new DiskSpace({
    readFreeSpace: deps.readFreeSpace,
    clock,
    onProblem,
    onChange: deps.onDiskChange,
  });
  const quota = new StorageQuota({ uses: store.storageUse, clock, onProblem, bytesPerDay: deps.bytesPerDay });
  const limits = new RateLimits({ clock, rates, space });
  const addressBans = new AddressBans({ bans: store.addressBans, clock, onProblem });
  const presence = new Presence({ memberships, lastSeen, hub, clock, onProblem });
  return {
    nouns: { limits, space, quota, addressBans, presence },
    appender: new PacedAppender({ appender, limits, space }),
    background: [space, quota, addressBans, presence],
  };
}

/** The nouns of this wing. */
export type BaseNouns = ReturnType<typeof buildBase>['nouns'];

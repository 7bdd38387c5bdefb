/** Builds the wing of people, the highest. */
import type { ChatDeps } from '../chat-deps.ts';
import type { Names } from '../messages/names.ts';
import { AccountRemoval } from '../people/account-removal.ts';
import { Administration } from '../people/administration.ts';
import { AuditLog } from '../people/audit-log.ts';
import { DisplayNames } from '../people/display-names.ts';
import { Ignored } from '../people/ignored.ts';
import { OwnAccount } from '../people/own-account.ts';
import { People } from '../people/people.ts';
import type { BaseNouns } from './base.ts';
import type { SignInParts } from './sign-in.ts';

/** People: their own accounts, and what administrators do with them. */
export function buildPeople(deps: ChatDeps, lower: BaseNouns & SignInParts & { names: Names }) {
  const { store, hub, clock, onProblem } = deps;
  const { limits, presence, names, sessions, passwords, throttle, failedSignIns } = lower;
  const { users, ignored, audit, administration, lastSeen } = store;
  const removals = store.accountRemovals;
  const removal = new AccountRemoval({ removals, hub, clock, onProblem });
  const ownAccount = new OwnAccount({
    accounts: store.ownAccounts,
    removalStore: removals,
    removal,
    names,
    limits,
    displayNames: new DisplayNames({ memberships: store.memberships, hub, onProblem }),
    passwords,
    throttle,
    failedSignIns,
    hub,
    presence,
    clock,
  });
  return {
    nouns: {
      ownAccount,
      people: new People({ ownAccount, presence, lastSeen, users }),
      ignored: new Ignored({ ignored, users, hub }),
      auditLog: new AuditLog({ audit }),
      administration: new Administration({ administration, sessions, passwords, hub, clock }),
    },
    background: [removal],
  };
}

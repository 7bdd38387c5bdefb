/** One's own account: what others read of it, its password and email. */
import {
  ChatError,
  type CheckedText,
  checkAbout,
  checkDisplayName,
  type FieldError,
  isTimeZone,
  type OwnProfile,
  type Profile,
} from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import { type AccountRemovalStore, deletedName } from '../../store/account-removals.ts';
import type { OwnAccountStore, ProfileChange } from '../../store/own-accounts.ts';
import type { Caller } from '../caller.ts';
import { invalidField, refusedField, refuseFields } from '../fields.ts';
import { networkOf } from '../limits/network.ts';
import type { Names } from '../messages/names.ts';
import type { Presence } from '../presence/presence.ts';
import { isEmail } from '../sign-in/accounts.ts';
import type { FailedSignIns } from '../sign-in/failed-sign-ins.ts';
import type { LoginThrottle } from '../sign-in/login-throttle.ts';
import { checkPassword, type Passwords } from '../sign-in/passwords.ts';
import type { AccountRemoval } from './account-removal.ts';

export type ProfileInput = { [K in keyof ProfileChange]: ProfileChange[K] | undefined };
export type PasswordInput = { current: string; new: string; endTokens?: boolean | undefined };
export type DeletionInput = { password: string; messages: 'keep' | 'remove' };
export type EmailInput = { password: string; email: string | null };

export type OwnAccount = {
  /** What anybody signed in may read of a person. @throws ChatError not_found. */
  profileOf(caller: Caller, username: string): Promise<Profile>;
  /** The caller's own, with the email where the credential is good for administering the account. */
  read(caller: Caller): Promise<OwnProfile>;
  /** Changes what is named; null or an empty text takes it away. @throws ChatError invalid. */
  update(caller: Caller, input: ProfileInput): Promise<OwnProfile>;
  /**
   * Gives the account another password and ends its other logins with their sockets [U1]; its tokens only on demand.
   * @throws ChatError invalid, forbidden (the current one is wrong), conflict (changed meanwhile), rate_limited, overloaded.
   */
  changePassword(caller: Caller, address: string, input: PasswordInput): Promise<void>;
  /** Null takes the email away. @throws ChatError invalid, forbidden (the password is wrong), conflict (taken), rate_limited, overloaded. */
  changeEmail(caller: Caller, address: string, input: EmailInput): Promise<OwnProfile>;
  /**
   * Deletes the account [U3]: at once it is nobody's, and its sessions, tokens and sockets end; it leaves its rooms, and its
   * messages go where that is wanted, step by step. @throws ChatError forbidden (the password is wrong), conflict (the
   * last administrator, or changed meanwhile), rate_limited, overloaded.
   */
  delete(caller: Caller, address: string, input: DeletionInput): Promise<void>;
  /**
   * Proves that the caller knows the account's password, as a login would; gives its hash.
   * @throws ChatError forbidden, naming `field`; rate_limited, overloaded.
   */
  prove(caller: Caller, address: string, password: string, field: string): Promise<string>;
};

export type OwnAccountDeps = {
  accounts: OwnAccountStore;
  removals: Pick<AccountRemovalStore, 'delete'>;
  removal: Pick<AccountRemoval, 'wake'>;
  names: Pick<Names, 'remove'>;
  passwords: Passwords;
  throttle: LoginThrottle;
  failedSignIns: Pick<FailedSignIns, 'record'>;
  hub: Pick<Hub, 'endSession' | 'forgetAll'>;
  presence: Pick<Presence, 'forget'>;
  clock: Clock;
};

export function createOwnAccount(deps: OwnAccountDeps): OwnAccount {
  const { accounts, removals, removal, names, passwords, throttle, failedSignIns, hub, presence, clock } =
    deps;

  async function read({ user, permissions, scope }: Caller): Promise<OwnProfile> {
    const own = await accounts.findOwn(user.id, scope);
    if (!own) throw new ChatError('not_found', 'this account is gone');
    const { email: _, ...profile } = own;
    return permissions.scopes.has('admin') ? own : profile;
  }

  async function prove(
    { user, scope }: Caller,
    address: string,
    password: string,
    field: string,
  ): Promise<string> {
    // Signed in here already: only failures from here count, as at a login.
    const origin = { network: networkOf(address), device: null, isKnown: true };
    const attempt = throttle.begin(user.id, origin);
    const hash = await accounts.findPasswordHash(user.id, scope);
    const isRight = await passwords.verify(password, hash).catch((error) => {
      attempt.cancelled();
      throw error;
    });
    if (hash !== null && isRight) {
      attempt.succeeded();
      return hash;
    }
    failedSignIns.record(user.id, address);
    throw refusedField('forbidden', field, 'this is not your password');
  }

  return {
    async profileOf({ scope }, username) {
      const profile = await accounts.findProfile(username, scope);
      if (profile) return profile;
      throw new ChatError('not_found', 'there is no such person');
    },

    read,

    async update(caller, input) {
      await accounts.update(caller.user.id, checkProfile(input), caller.scope);
      return read(caller);
    },

    async changePassword(caller, address, { current, new: next, endTokens = false }) {
      const { user, sessionId, scope } = caller;
      const problem = checkPassword(next, user.username);
      if (problem !== null) throw invalidField('new', problem);
      const provedHash = await prove(caller, address, current, 'current');
      const newHash = await passwords.hash(next);
      const at = new Date(clock.wall());
      const hashes = { provedHash, newHash };
      const change = { userId: user.id, ...hashes, keptSessionId: sessionId, withTokens: endTokens, at };
      const ended = await accounts.changePassword(change, scope);
      if (!ended) throw changedMeanwhile();
      for (const id of ended) hub.endSession(id, 'session_ended');
    },

    async changeEmail(caller, address, { password, email }) {
      if (email !== null && !isEmail(email)) throw invalidField('email', 'this is not an email address');
      await prove(caller, address, password, 'password');
      if (!(await accounts.setEmail(caller.user.id, email, caller.scope)))
        throw refusedField('conflict', 'email', 'this email is taken');
      return read(caller);
    },

    async delete(caller, address, { password, messages }) {
      const { user, scope } = caller;
      const provedHash = await prove(caller, address, password, 'password');
      const at = new Date(clock.wall());
      const deletion = { userId: user.id, provedHash, removesMessages: messages === 'remove', at };
      const deleted = await removals.delete(deletion, scope);
      if (deleted.outcome === 'changed') throw changedMeanwhile();
      if (deleted.outcome === 'last_administrator')
        throw new ChatError('conflict', 'you are the last administrator: make somebody else one first');
      for (const id of deleted.ended) hub.endSession(id, 'session_ended');
      names.remove(user.username);
      presence.forget({ userId: user.id, username: deletedName(user.id) });
      // What is kept of recent events has the name.
      hub.forgetAll();
      removal.wake();
    },

    prove,
  };
}

function changedMeanwhile(): ChatError {
  return new ChatError('conflict', 'the account was changed elsewhere at the same time');
}

function checkProfile({ displayName, about, timeZone }: ProfileInput): ProfileChange {
  const wrong: FieldError[] = [];
  const change: ProfileChange = {};
  const take = (field: 'displayName' | 'about', raw: string | null | undefined, check: Check) => {
    if (raw === undefined) return;
    const checked = raw ? check(raw) : { ok: true as const, text: null };
    if (checked.ok) change[field] = checked.text;
    else wrong.push({ field, message: checked.problem });
  };
  take('displayName', displayName, checkDisplayName);
  take('about', about, checkAbout);
  if (timeZone) {
    if (isTimeZone(timeZone)) change.timeZone = timeZone;
    else wrong.push({ field: 'timeZone', message: 'timeZone must be a name such as Europe/Berlin' });
  } else if (timeZone !== undefined) change.timeZone = null;
  refuseFields(wrong);
  return change;
}

type Check = (raw: string) => CheckedText;

/** The caller's own account: its profile, password and email, and its deletion. */
import { ChatError, type OwnProfile, type Profile } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Hub } from '../../hub/hub.ts';
import type { OwnAccountStore } from '../../store/own-accounts.ts';
import { type AccountRemovalStore, deletedName } from '../../store/upkeep/account-removals.ts';
import type { Caller } from '../caller.ts';
import { invalidField, rejectedField } from '../fields.ts';
import { networkOf } from '../limits/network.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Names } from '../messages/names.ts';
import type { Presence } from '../presence/presence.ts';
import { isEmail } from '../sign-in/account-fields.ts';
import type { FailedSignIns } from '../sign-in/failed-sign-ins.ts';
import type { LoginThrottle } from '../sign-in/login-throttle.ts';
import { checkPassword, type Passwords } from '../sign-in/passwords.ts';
import type { AccountRemoval } from './account-removal.ts';
import type { DisplayNames } from './display-names.ts';
import { checkProfile, type ProfileInput } from './profile-fields.ts';

export type { ProfileInput } from './profile-fields.ts';

/** A change of the password. `endTokens`: whether personal tokens end too. */
export type PasswordInput = { current: string; new: string; endTokens?: boolean | undefined };
/** A deletion of the account. `messages`: whether its messages stay. */
export type DeletionInput = { password: string; messages: 'keep' | 'remove' };
/** A change of the email; null removes it. */
export type EmailInput = { password: string; email: string | null };

/** The parts that OwnAccount works with. */
export type OwnAccountDeps = {
  accounts: OwnAccountStore;
  removalStore: Pick<AccountRemovalStore, 'delete'>;
  removal: Pick<AccountRemoval, 'wake'>;
  names: Pick<Names, 'remove'>;
  limits: Pick<RateLimits, 'take'>;
  displayNames: Pick<DisplayNames, 'publish'>;
  passwords: Pick<Passwords, 'hash' | 'verify'>;
  throttle: Pick<LoginThrottle, 'attempt'>;
  failedSignIns: Pick<FailedSignIns, 'record'>;
  hub: Pick<Hub, 'endSessions' | 'forgetAll'>;
  presence: Pick<Presence, 'forget'>;
  clock: Pick<Clock, 'wall'>;
};

/** The acts of callers on their own accounts. `address` is always the caller's own. */
export class OwnAccount {
  readonly #deps: OwnAccountDeps;

  constructor(deps: OwnAccountDeps) {
    this.#deps = deps;
  }

  /** Returns the part of a person's profile that every signed-in person may read. @throws ChatError not_found. */
  async profileOf({ scope }: Caller, username: string): Promise<Profile> {
    const profile = await this.#deps.accounts.findProfile(username, scope);
    if (profile) return profile;
    throw new ChatError('not_found', 'there is no such person');
  }

  /**
   * Returns the caller's profile; with the email if the credential has the scope admin.
   * @throws ChatError not_found (deleted).
   */
  async read({ user, permissions, scope }: Caller): Promise<OwnProfile> {
    const own = await this.#deps.accounts.findOwn(user.id, scope);
    if (!own) throw new ChatError('not_found', 'this account was deleted');
    const { email: _, ...profile } = own;
    return permissions.scopes.has('admin') ? own : profile;
  }

  /**
   * Changes the fields that the input names; null or an empty text removes one. Tells others of a new display name, which
   * costs like a typing notice, because as many people get it. @throws ChatError invalid, rate_limited.
   */
  async update(caller: Caller, input: ProfileInput): Promise<OwnProfile> {
    const { accounts, limits, displayNames } = this.#deps;
    const change = checkProfile(input);
    if (change.displayName !== undefined) limits.take('typing', caller.user.id);
    await accounts.update(caller.user.id, change, caller.scope);
    const profile = await this.read(caller);
    if (change.displayName !== undefined) displayNames.publish(profile);
    return profile;
  }

  /**
   * Changes the password and ends the caller's other logins with their sockets [U1]; personal tokens only on request.
   * @throws ChatError invalid, forbidden (the current password is wrong), conflict (changed meanwhile), rate_limited,
   * overloaded.
   */
  async changePassword(caller: Caller, address: string, input: PasswordInput): Promise<void> {
    const { accounts, passwords } = this.#deps;
    const { user, sessionId, scope } = caller;
    const problem = checkPassword(input.new, user.username);
    if (problem !== null) throw invalidField('new', problem);
    const provedHash = await this.#prove(caller, address, input.current, 'current');
    const newHash = await passwords.hash(input.new, scope.spender);
    const withTokens = input.endTokens ?? false;
    const who = { userId: user.id, keptSessionId: sessionId };
    const change = { ...who, provedHash, newHash, withTokens, at: this.#now() };
    const ended = await accounts.changePassword(change, scope);
    if (!ended) throw changedMeanwhile();
    this.#deps.hub.endSessions(ended);
  }

  /**
   * Changes or removes the email.
   * @throws ChatError invalid, forbidden (the password is wrong), conflict (taken), rate_limited, overloaded.
   */
  async changeEmail(caller: Caller, address: string, { password, email }: EmailInput): Promise<OwnProfile> {
    if (email !== null && !isEmail(email))
      throw invalidField('email', 'this is not an email address: write it as ada@example.net');
    await this.#prove(caller, address, password, 'password');
    const isSet = await this.#deps.accounts.setEmail(caller.user.id, email, caller.scope);
    if (!isSet) throw rejectedField('conflict', 'email', 'this email is taken');
    return this.read(caller);
  }

  /**
   * Deletes the account [U3]. Its sessions, tokens and sockets end at once; AccountRemoval then removes its memberships
   * and, if wanted, its messages.
   * @throws ChatError forbidden (the password is wrong), conflict (the last administrator, or changed meanwhile),
   * rate_limited, overloaded.
   */
  async delete(caller: Caller, address: string, { password, messages }: DeletionInput): Promise<void> {
    const { removalStore, removal, names, hub, presence } = this.#deps;
    const { user, scope } = caller;
    const provedHash = await this.#prove(caller, address, password, 'password');
    const removesMessages = messages === 'remove';
    const deletion = { userId: user.id, provedHash, removesMessages, at: this.#now() };
    const deleted = await removalStore.delete(deletion, scope);
    if (deleted.outcome === 'changed') throw changedMeanwhile();
    if (deleted.outcome === 'last_administrator')
      throw new ChatError('conflict', 'you are the last administrator: make another person one first');
    this.#deps.hub.endSessions(deleted.ended);
    names.remove(user.username);
    presence.forget({ userId: user.id, username: deletedName(user.id) });
    // Recent events in the hub still contain the old name.
    hub.forgetAll();
    removal.wake();
  }

  /**
   * Proves that the caller knows their password, under the same throttle as a login. @returns the password's hash.
   * @throws ChatError forbidden, naming `field`; rate_limited, overloaded.
   */
  async #prove({ user, scope }: Caller, address: string, password: string, field: string): Promise<string> {
    const { accounts, passwords, limits, throttle, failedSignIns } = this.#deps;
    limits.take('prove', user.id);
    // The caller has signed in from here, so only failures from here count.
    const origin = { network: networkOf(address), device: null, isKnown: true };
    // Read before the attempt: a caller who cancels a slow query must not take back an attempt, which would lift a wait.
    const hash = await accounts.findPasswordHash(user.id, scope);
    const isRight = await throttle.attempt(user.id, origin, () =>
      passwords.verify(password, hash, scope.spender),
    );
    if (hash !== null && isRight) return hash;
    failedSignIns.record(user.id, address);
    throw rejectedField('forbidden', field, 'this is not your password');
  }

  #now(): Date {
    return new Date(this.#deps.clock.wall());
  }
}

function changedMeanwhile(): ChatError {
  return new ChatError('conflict', 'the account was changed at the same time: try again');
}

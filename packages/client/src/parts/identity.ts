/** Whose client this is: what one person left is kept from the next. */
import type { User } from '@banter/protocol';
import type { Outbox } from '../outbox/outbox.ts';
import { createOutboxStorage, type KeyValueStorage } from '../outbox/outbox-storage.ts';
import type { Following } from '../rooms/following.ts';
import type { TypingBoard } from '../rooms/typing.ts';

export type IdentityOptions = {
  storage: KeyValueStorage | null;
  outbox: Outbox;
  following: Following;
  typing: TypingBoard;
  onChange(): void;
  /** Hears that another person took over, so that no line of the former one may stay. */
  onSwitch(): void;
};

export type Identity = {
  /** `user` is signed in: the same as before, with perhaps another name, or somebody else. */
  become(user: User): void;
  /** Nobody is signed in; unsent messages are erased too. */
  forget(): void;
};

/** Nobody yet. */
export function createIdentity(options: IdentityOptions): Identity {
  const { storage, outbox, following, typing, onChange, onSwitch } = options;
  let current: User | null = null;

  function leave(erase: boolean): void {
    outbox.close(erase);
    following.clear();
    typing.clear();
    current = null;
  }

  return {
    become(user) {
      if (JSON.stringify(user) === JSON.stringify(current)) return;
      const former = current;
      if (former !== null && former.id !== user.id) leave(false);
      if (current === null) outbox.open(createOutboxStorage(storage, user.id));
      current = user;
      onChange();
      if (former !== null && former.id !== user.id) onSwitch();
    },
    forget() {
      leave(true);
      onChange();
    },
  };
}

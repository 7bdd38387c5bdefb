/** The person who uses the client. Nothing of one person is shown to the next. */
import type { User } from '@banter/protocol';
import type { Outbox } from '../outbox/outbox.ts';
import { type KeyValueStorage, OutboxStorage } from '../outbox/outbox-storage.ts';
import type { Following } from '../rooms/following.ts';
import type { TypingBoard } from '../rooms/typing.ts';

/** The parts that hold a person's data, and the listeners of an Identity. */
export type IdentityOptions = {
  storage: KeyValueStorage | null;
  outbox: Outbox;
  following: Following;
  typing: TypingBoard;
  /** Called when the person, or their name, has changed. */
  onChange(): void;
  /** Called when another person takes over: the link of the former one must be replaced. */
  onSwitch(): void;
};

/** Holds the person, at first nobody. */
export class Identity {
  readonly #options: IdentityOptions;
  #user: User | null = null;

  constructor(options: IdentityOptions) {
    this.#options = options;
  }

  /** Signs `user` in: the same person, perhaps with another name, or another one. */
  become(user: User): void {
    const { storage, outbox, onChange, onSwitch } = this.#options;
    if (JSON.stringify(user) === JSON.stringify(this.#user)) return;
    const isSwitch = this.#user !== null && this.#user.id !== user.id;
    if (isSwitch) this.#leave(false);
    if (this.#user === null) outbox.open(new OutboxStorage(storage, user.id));
    this.#user = user;
    onChange();
    if (isSwitch) onSwitch();
  }

  /** Signs the person out, and erases their unsent messages. */
  forget(): void {
    this.#leave(true);
    this.#options.onChange();
  }

  #leave(erase: boolean): void {
    const { outbox, following, typing } = this.#options;
    outbox.close(erase);
    following.clear();
    typing.clear();
    this.#user = null;
  }
}

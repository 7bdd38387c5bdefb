/** Ignored people. The server stores whom a caller ignores; the caller's clients hide what those people write. */
import { ChatError, IGNORED_MAX, type RoomPerson } from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { IgnoredStore } from '../../store/ignored.ts';
import type { UserStore } from '../../store/users.ts';
import type { Caller } from '../caller.ts';
import { byUsername, type Page, type PageQuery, readPage } from '../paging.ts';

/** The parts that Ignored works with. */
export type IgnoredDeps = {
  ignored: IgnoredStore;
  users: Pick<UserStore, 'findById'>;
  hub: Pick<Hub, 'connectionsOf' | 'send'>;
};

/** The people that each caller ignores. */
export class Ignored {
  readonly #deps: IgnoredDeps;

  constructor(deps: IgnoredDeps) {
    this.#deps = deps;
  }

  /** Returns a page of the people that the caller ignores, by name. @throws ChatError invalid. */
  list({ user, scope }: Caller, query: PageQuery): Promise<Page<RoomPerson>> {
    return readPage(
      query,
      byUsername('ignored', (after, limit) => this.#deps.ignored.list(user.id, after, limit, scope)),
    );
  }

  /**
   * Ignores a person, or with `on` false stops doing so, and tells the caller's connections of a change.
   * @throws ChatError not_found, invalid (the caller themselves), conflict (too many).
   */
  async set({ user, scope }: Caller, userId: number, on: boolean): Promise<void> {
    const { ignored, users, hub } = this.#deps;
    if (userId === user.id) throw new ChatError('invalid', 'you cannot ignore yourself');
    const person = await users.findById(userId, scope);
    if (!person) throw new ChatError('not_found', 'there is no such person');
    const changed = on
      ? await ignored.insert(user.id, userId, IGNORED_MAX, scope)
      : await ignored.delete(user.id, userId, scope);
    if (changed === null)
      throw new ChatError(
        'conflict',
        `you ignore ${IGNORED_MAX} people, the most possible: remove one first`,
      );
    if (!changed) return;
    const { username } = person;
    for (const connection of hub.connectionsOf(user.id, null)) {
      hub.send(connection, { type: 'ignore', userId, username, on });
    }
  }
}

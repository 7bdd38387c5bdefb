/** Following one room over one link: shared by the plain socket and the event stream over HTTP. */
import { ChatError, type CloseName, ERRORS } from '@banter/protocol';
import type { Chat } from '../chat/chat.ts';
import type { Link } from '../hub/link.ts';
import type { Admission } from './admission.ts';
import { type OnFailure, replyError } from './error-reply.ts';
import type { LinkEvents } from './link-events.ts';
import { type RegistrationDeps, register, unregister } from './registration.ts';
import { type LinkOwner, recordActivity, type WatchedLink } from './watch.ts';

/** Dependencies of a link that follows a room. */
export type FollowingDeps = RegistrationDeps & {
  chat: Pick<Chat, 'subscriptions'>;
  onFailure: OnFailure;
};

/** The caller and their address, the room, and the seq after which to begin; undefined begins with the next event. */
export type FollowRequest = Admission & { address: string; roomId: number; after: number | undefined };

/** A member's link that follows one room. It handles the link's events; each door adds its ping. */
export abstract class Following<L extends Link = Link> implements LinkEvents, LinkOwner {
  protected readonly link: L;
  readonly #deps: FollowingDeps;
  readonly #request: FollowRequest;
  readonly #watched: WatchedLink;

  /** Opens the link and begins to watch it. */
  constructor(deps: FollowingDeps, request: FollowRequest, openLink: (events: LinkEvents) => L) {
    this.#deps = deps;
    this.#request = request;
    this.link = openLink(this);
    this.#watched = deps.watch.add(this.link, this, request.address);
  }

  abstract ping(): void;

  abstract unfinishedBytes(): number;

  abstract cut(): void;

  /** Registers the link and subscribes it to the room. Closes the link if that is not possible. Never rejects. */
  async begin(): Promise<void> {
    const { caller, roomId, after } = this.#request;
    const cursor = after === undefined ? { roomId } : { roomId, after };
    try {
      await register(this.#deps, this.#watched, this.#request, (connection) =>
        this.#deps.chat.subscriptions.subscribe(caller, connection, cursor),
      );
    } catch (error) {
      this.replyError(error);
      this.link.close(closeNameFor(error));
    }
  }

  onClosing(): void {
    const { connection } = this.#watched;
    if (connection) this.#deps.hub.write(connection);
  }

  onClose(): void {
    unregister(this.#deps, this.#watched);
  }

  onDrain(): void {
    const { connection } = this.#watched;
    if (connection) this.#deps.hub.refill(connection);
  }

  onFenced(): void {
    this.link.close('removed');
  }

  /** Records that the peer sent something. */
  protected recordActivity(): void {
    recordActivity(this.#watched, this.#deps.clock.now());
  }

  /** Answers with an error. */
  protected replyError(error: unknown): void {
    const { connection } = this.#watched;
    const { requestId } = this.#request.caller.scope;
    if (connection) replyError(this.#deps, connection, error, { requestId });
  }
}

/** Returns the reason to close a link that could not follow its room. */
function closeNameFor(error: unknown): CloseName {
  if (!(error instanceof ChatError)) return 'interrupted';
  if (error.code === 'unauthenticated') return 'session_ended';
  return ERRORS[error.code].retryable ? 'interrupted' : 'removed';
}

/** Following one room over one link: what the plain socket and the stream of events have in common. */
import { ChatError, type CloseName, ERRORS } from '@banter/protocol';
import type { Chat } from '../chat/chat.ts';
import type { Clock } from '../clock.ts';
import type { Connection } from '../hub/connection.ts';
import type { Hub } from '../hub/hub.ts';
import type { Link } from '../hub/link.ts';
import type { Admission } from './admission.ts';
import { isFault, toErrorReply } from './error-reply.ts';
import { signedIn, type Watch, type Watched } from './watch.ts';

export type FollowingDeps = {
  chat: Pick<Chat, 'sessions' | 'subscriptions'>;
  hub: Hub;
  watch: Watch;
  clock: Clock;
  onFailure: (error: unknown, requestId: string | undefined) => void;
};

/** Who follows which room, and from where; without `after` live from now. */
export type FollowRequest = Admission & { roomId: number; after: number | undefined };

export type Following = {
  readonly connection: Connection;
  readonly watched: Watched;
  /** Tells the peer of an error, and the log of one that is ours. */
  refuse(error: unknown): void;
  /** Ends when the room is followed, or the link was closed because it cannot be. */
  begin(): Promise<void>;
  /** To be called once the link has ended. */
  end(): void;
};

/** Registers the link of a member. @param ping sends this kind of link's sign of life. */
export function followRoom(
  { chat, hub, watch, clock, onFailure }: FollowingDeps,
  link: Link,
  { caller, expiresAt, roomId, after }: FollowRequest,
  ping: () => void,
): Following {
  const { id: userId, username } = caller.user;
  const watched = watch.add(link, ping);
  signedIn(watched, clock, expiresAt);
  const connection = hub.open(link, {
    userId,
    username,
    sessionId: caller.sessionId,
    onlyRoomId: caller.permissions.roomId,
  });

  function refuse(error: unknown): void {
    if (isFault(error)) onFailure(error, caller.scope.requestId);
    hub.send(connection, toErrorReply(error));
  }

  return {
    connection,
    watched,
    refuse,
    async begin() {
      try {
        // Looked up again now that it is registered: an end of the session in between finds the link, or we find the end [A4].
        await chat.sessions.recheck(caller);
        const cursor = after === undefined ? { roomId } : { roomId, after };
        await chat.subscriptions.subscribe(caller, connection, cursor);
      } catch (error) {
        refuse(error);
        link.close(closeFor(error));
      }
    },
    end() {
      watch.remove(watched);
      hub.close(connection);
    },
  };
}

/** How a link ends that could not begin. */
function closeFor(error: unknown): CloseName {
  if (!(error instanceof ChatError)) return 'interrupted';
  if (error.code === 'unauthenticated') return 'session_ended';
  return ERRORS[error.code].retryable ? 'interrupted' : 'removed';
}

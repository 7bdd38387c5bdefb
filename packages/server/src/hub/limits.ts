/**
 * How the server treats a slow reader [B1]. A connection's unsent bytes are those that its link and its next flush hold.
 *
 * 1. Push: a live subscription gets each event in its room's next frame.
 * 2. Above EPHEMERAL_MAX_BYTES unsent, the connection gets no `typing` and no `presence`.
 * 3. A frame that would exceed PUSH_MAX_BYTES is not queued. The subscription changes to pull mode: its events wait in the
 *    store.
 * 4. Pull mode reads one page at a time, and only while at most READ_MAX_BYTES are unsent. A drained link wakes it. At the
 *    room's head the subscription is live again.
 * 5. While its link holds COMMANDS_MAX_BYTES or more, the socket's own commands are not read: their answers would wait too.
 * 6. A link that passes on no byte for STALL_MAX_MS while some are queued is closed as `slow_reader`. Its client resumes.
 * 7. All links together: above NODE_PRESSED_BYTES the limits 2 to 4 shrink to PRESSED_SHARE. Above NODE_MAX_BYTES the links
 *    with most unsent are closed as `slow_reader`, until NODE_PRESSED_BYTES are left.
 */

/** Unsent bytes above which a connection gets no ephemeral events (`typing`, `presence`). */
export const EPHEMERAL_MAX_BYTES = 256 * 1024;

/** Unsent bytes, the next frame included, above which a subscription is no longer pushed to. */
export const PUSH_MAX_BYTES = 1024 * 1024;

/** Unsent bytes above which no page is read for a connection. */
export const READ_MAX_BYTES = 512 * 1024;

/** Bytes in a socket's link from which its commands are not read. */
export const COMMANDS_MAX_BYTES = 1024 * 1024;

/** Milliseconds without progress after which a link with queued bytes is closed. */
export const STALL_MAX_MS = 30_000;

/** Milliseconds between two checks for stalled links. */
export const STALL_CHECK_PERIOD_MS = 1_000;

/** Bytes that all links together may hold. */
export const NODE_MAX_BYTES = 256 * 1024 * 1024;

/** Bytes of all links together above which each connection's limits shrink. */
export const NODE_PRESSED_BYTES = (NODE_MAX_BYTES / 4) * 3;

/**
 * The part of a limit that is left while the node is pressed. A quarter of READ_MAX_BYTES is twice the 64 KiB that a
 * socket must hold before it reports a drain: half may be in the socket already, and half come with the next flush.
 */
export const PRESSED_SHARE = 1 / 4;

/** Bytes that must be added before all links are measured again, when the last time closed none. */
export const NODE_SLACK_BYTES = 2 * 1024 * 1024;

/** Events that one read of the store returns at most. Fewer mean that it reached the room's head. */
export const PAGE_EVENTS = 500;

/** Characters of one frame, unless a single line has more. No reader waits long for a whole frame. */
export const FRAME_MAX_CHARS = 64 * 1024;

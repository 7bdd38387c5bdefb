/** Every limit that both sides of the wire must know. Units stand in the names. */

/** Characters (Unicode code points) of a message after line ends are normalised [S5]. */
export const CONTENT_MAX_CHARS = 8_000;
/** Bytes of one client frame; a larger one closes the socket with 1009 [L1]. */
export const FRAME_MAX_BYTES = 64 * 1024;
/** Bytes of the frames before `hello`. */
export const HELLO_MAX_BYTES = 4 * 1024;
/** Nesting of a client frame's JSON [L1]. */
export const JSON_MAX_DEPTH = 8;
/** Invalid frames in a minute that close a socket [L1]. */
export const INVALID_MAX_PER_MINUTE = 10;
/** How long a socket may stay without a valid `hello` [A1]. */
export const HELLO_TIMEOUT_MS = 5_000;
/** How often the server says `ping` on an idle connection. */
export const HEARTBEAT_MS = 25_000;
/** How long after a `ping` the server waits for any sign of life. */
export const PONG_TIMEOUT_MS = 10_000;
/** A client that heard nothing for so long takes the line for dead. */
export const SILENCE_MAX_MS = 40_000;
/** How long a person counts as typing after the last word of it. */
export const TYPING_SHOWN_MS = 6_000;
/** Who has done nothing for so long, over any connection, is away. */
export const AWAY_AFTER_MS = 10 * 60_000;
/** Members of a room up to which presence is told in it; in a larger one its members are asked for. */
export const PRESENCE_ROOM_MAX = 500;
/** Characters of what a person says as they go away. */
export const AWAY_MESSAGE_MAX_CHARS = 200;
/** People whom one person ignores. */
export const IGNORED_MAX = 1_000;
/** Events that a resume may lie behind; more is answered with `reset` [R2]. */
export const RESUME_MAX_EVENTS = 10_000;
/** Messages of one history page, at most and by default. */
export const PAGE_MAX = 200;
export const PAGE_DEFAULT = 50;
/** Notices that come with a page of history, at most. */
export const NOTICES_MAX = 200;
/** Characters of a search. */
export const SEARCH_MAX_CHARS = 500;
/** Words, phrases and parts of one search. */
export const SEARCH_TERMS_MAX = 16;
/** Hits on one page of a search, at most and by default. */
export const SEARCH_PAGE_MAX = 50;
export const SEARCH_PAGE_DEFAULT = 20;
/** Messages shown before and after each hit. */
export const SEARCH_CONTEXT_MAX = 10;
/** Messages that search has not come to yet are told up to here. */
export const SEARCH_BEHIND_MAX = 1_000;
/** Places that are marked in one hit. */
export const SEARCH_RANGES_MAX = 100;
/** Unread messages, and mentions among them, are told up to here. */
export const UNREAD_MAX = 1_000;
/** Members whom one message calls; further names are words. */
export const CALLED_MAX = 50;
/** Kinds of reactions to one message. */
export const REACTION_KINDS_MAX = 20;
/** Code points of a quoted first line. */
export const QUOTE_MAX_CHARS = 120;
/** Sends of one connection that may wait for their answer; above it the server stops reading that socket. */
export const SEND_WINDOW = 1_000;
/** The same in characters of content. */
export const SEND_WINDOW_CHARS = 256 * 1024;
export const PASSWORD_MIN_CHARS = 10;
export const PASSWORD_MAX_CHARS = 256;
/** Personal access tokens of one person, and characters of a token's name. */
export const TOKENS_MAX = 100;
export const TOKEN_NAME_MAX_CHARS = 64;
export const DISPLAY_NAME_MAX_CHARS = 64;
export const ABOUT_MAX_CHARS = 200;
export const EMAIL_MAX_CHARS = 254;
export const TOPIC_MAX_CHARS = 500;
/** Code points of why somebody was removed, shut out or reported. */
export const REASON_MAX_CHARS = 300;
/** Reports of one person in one room that no moderator has closed. */
export const REPORTS_OPEN_MAX = 20;
/** The longest wait between two messages that slow mode knows. */
export const SLOW_MAX_SECONDS = 21_600;
/** People of a direct room, the one who opens it included. */
export const DIRECT_PEOPLE_MAX = 8;

/** How long an invitation is good: at least, at most, and by default. */
export const INVITATION_MIN_SECONDS = 60;
export const INVITATION_MAX_SECONDS = 365 * 24 * 60 * 60;
export const INVITATION_DEFAULT_SECONDS = 7 * 24 * 60 * 60;
/** People whom one invitation lets in, where their number is given. */
export const INVITATION_USES_MAX = 10_000;
/** Invitations of one person that can still be used. */
export const INVITATIONS_LIVE_MAX = 100;

/** Those of the limits that a client is told in `welcome`. */
export const CLIENT_LIMITS = {
  contentMaxChars: CONTENT_MAX_CHARS,
  frameMaxBytes: FRAME_MAX_BYTES,
  sendWindow: SEND_WINDOW,
  resumeMaxEvents: RESUME_MAX_EVENTS,
  typingShownMs: TYPING_SHOWN_MS,
} as const;

export type ClientLimits = { [K in keyof typeof CLIENT_LIMITS]: number };

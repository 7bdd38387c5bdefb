/**
 * Every limit that both sides of the wire must know. Units are part of the names. `CHARS` are Unicode code points.
 * docs/protocol.md lists these limits under "Limits"; a test compares the two. 09_messages.sql repeats MENTIONS_MAX and
 * QUOTE_MAX_CHARS; tests prove both there.
 */

/**
 * Longest content of a message, in code points, after line ends are normalised [S5]. Any JSON of it fits into
 * FRAME_MAX_BYTES: 8,000 emoji written as `\ud83d\ude00` take 96,000 bytes.
 */
export const CONTENT_MAX_CHARS = 8_000;
/** Largest client frame, and largest body of an HTTP request, in bytes. A larger frame closes the socket with 1009 [L1]. */
export const FRAME_MAX_BYTES = 128 * 1024;
/** Largest `hello`, in bytes. */
export const HELLO_MAX_BYTES = 4 * 1024;
/** Deepest nesting of JSON in a client frame or a request body [L1]. */
export const JSON_MAX_DEPTH = 8;
/** Invalid frames within a minute that close a socket [L1]. */
export const INVALID_MAX_PER_MINUTE = 10;

/** How long a socket may stay open without a valid `hello` [A1]. */
export const HELLO_TIMEOUT_MS = 5_000;
/** Longest interval between two pings on an idle connection. */
export const HEARTBEAT_MS = 25_000;
/** How long the server waits for a sign of life after a ping. */
export const PONG_TIMEOUT_MS = 10_000;
/** A client that received nothing for this long treats the connection as dead. */
export const SILENCE_MAX_MS = 40_000;
/** How long one `typing` event shows a person as typing. */
export const TYPING_SHOWN_MS = 6_000;
/** A person without activity on any connection for this long is away. */
export const AWAY_AFTER_MS = 10 * 60_000;
/** Largest room, in members, whose members receive presence events. In larger rooms a client asks for the member list. */
export const PRESENCE_ROOM_MAX = 500;
/** Longest away message. */
export const AWAY_MESSAGE_MAX_CHARS = 200;
/** Most people whom one person can ignore. */
export const IGNORED_MAX = 1_000;

/** How many events a cursor may be behind. A cursor further behind gets `reset` [R2]. */
export const RESUME_MAX_EVENTS = 10_000;
/** Most messages on one page of history. */
export const PAGE_MAX = 200;
/** Messages on one page of history by default. */
export const PAGE_DEFAULT = 50;
/** Most notices with one page of history. */
export const NOTICES_MAX = 200;
/** Most bytes of one page of history or of search hits, as JSON. A page that ends there says how to go on [L11]. */
export const PAGE_MAX_BYTES = 256 * 1024;
/** The part of PAGE_MAX_BYTES that notices may take. */
export const NOTICES_MAX_BYTES = 64 * 1024;
/** The part of PAGE_MAX_BYTES that the messages around one hit may take; the nearest one may exceed it. */
export const SEARCH_CONTEXT_MAX_BYTES = 32 * 1024;
/** Highest unread count, and highest count of unread mentions, that a room reports. */
export const UNREAD_MAX = 1_000;
/** Most sends of one connection that may wait for an answer. Above it the server stops reading that socket. */
export const SEND_WINDOW = 1_000;
/** The same bound for the content of these sends together, in UTF-16 units. */
export const SEND_WINDOW_CHARS = 256 * 1024;

/** Longest search query. */
export const SEARCH_MAX_CHARS = 500;
/** Most words, phrases and parts in one query. */
export const SEARCH_TERMS_MAX = 16;
/** Most hits on one page of a search. */
export const SEARCH_PAGE_MAX = 50;
/** Hits on one page of a search by default. */
export const SEARCH_PAGE_DEFAULT = 20;
/** Most messages shown before, and after, each hit. */
export const SEARCH_CONTEXT_MAX = 10;
/** Highest count of messages not indexed yet that a search reports. */
export const SEARCH_BEHIND_MAX = 1_000;
/** Most ranges marked in one hit. */
export const SEARCH_RANGES_MAX = 100;

/** Most members whom one message mentions. Further names are plain words. */
export const MENTIONS_MAX = 50;
/** Most different emoji among the reactions to one message. */
export const REACTION_KINDS_MAX = 20;
/** Longest quoted first line. */
export const QUOTE_MAX_CHARS = 120;

/** Shortest password. */
export const PASSWORD_MIN_CHARS = 10;
/** Longest password. */
export const PASSWORD_MAX_CHARS = 256;
/** Most personal access tokens of one person. */
export const TOKENS_MAX = 100;
/** Longest name of a personal access token. */
export const TOKEN_NAME_MAX_CHARS = 64;
/** Longest display name. */
export const DISPLAY_NAME_MAX_CHARS = 64;
/** Longest `about` of a profile. */
export const ABOUT_MAX_CHARS = 200;
/** Longest email address. */
export const EMAIL_MAX_CHARS = 254;
/** Longest topic of a room. */
export const TOPIC_MAX_CHARS = 500;
/** Longest reason for a kick, a ban or a report. */
export const REASON_MAX_CHARS = 300;
/** Most open reports of one person in one room. */
export const REPORTS_OPEN_MAX = 20;
/** Longest wait between two messages in slow mode. */
export const SLOW_MAX_SECONDS = 21_600;
/** Most people in a direct room, including the one who opens it. */
export const DIRECT_PEOPLE_MAX = 8;

/** Shortest life of an invitation. */
export const INVITATION_MIN_SECONDS = 60;
/** Longest life of an invitation. */
export const INVITATION_MAX_SECONDS = 365 * 24 * 60 * 60;
/** Life of an invitation by default. */
export const INVITATION_DEFAULT_SECONDS = 7 * 24 * 60 * 60;
/** Highest `maxUses` of an invitation. */
export const INVITATION_USES_MAX = 10_000;
/** Most usable invitations of one person. */
export const INVITATIONS_LIVE_MAX = 100;

/** Most open requests that one person has made. */
export const REQUESTS_MADE_MAX = 20;
/** Most open requests that wait for one person. */
export const REQUESTS_WAITING_MAX = 100;
/** Days after which an open request expires. */
export const REQUEST_MAX_DAYS = 30;
/** Most messages in a direct room until somebody accepts it. */
export const REQUEST_MESSAGES_MAX = 5;
/** Most bytes of the rooms in a `welcome`. */
export const WELCOME_ROOMS_MAX_BYTES = 256 * 1024;

/** The limits that `welcome` tells a client. */
export const CLIENT_LIMITS = {
  contentMaxChars: CONTENT_MAX_CHARS,
  frameMaxBytes: FRAME_MAX_BYTES,
  sendWindow: SEND_WINDOW,
  resumeMaxEvents: RESUME_MAX_EVENTS,
  typingShownMs: TYPING_SHOWN_MS,
} as const;

/** The shape of `limits` in `welcome`. */
export type ClientLimits = { [K in keyof typeof CLIENT_LIMITS]: number };

/** Reads PostgreSQL's log: passes on the important lines, and keeps the last ones for an error message. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogLevel, StoreLog } from '../database/store-log.ts';

/** The server's log_line_prefix: each line begins with the kind of process that wrote it. */
export const LOG_LINE_PREFIX = '[%b] ';
/** A standby is ready too, although it only reads: the check of the server rejects that. */
const READY = /database system is ready to accept (read-only )?connections/;

const LAST_LINES = 20;
const LINE = /^(?:\[(?<process>[^\]]*)\] )?(?<severity>[A-Z]+): {2}(?<text>.*)$/;
const CLIENT_PROCESS = 'client backend';

const LEVELS: Record<string, LogLevel> = {
  LOG: 'debug',
  INFO: 'debug',
  NOTICE: 'debug',
  HINT: 'warn',
  DETAIL: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'error',
  PANIC: 'error',
};
/** Levels for lines of client connections. Errors are left out: callers get them, and their text may quote messages. */
const CLIENT_LEVELS: Record<string, LogLevel> = { LOG: 'debug', FATAL: 'warn', PANIC: 'error' };

/** A server's log. */
export type ServerLog = {
  /** Resolves when the server logs that it accepts connections. */
  ready: Promise<void>;
  /** Returns the last lines, for the message of a failed start. */
  last(): string;
};

/** Reads a server's standard error line by line into `log`. */
export function readServerLog(stream: Readable, log: StoreLog): ServerLog {
  const lines: string[] = [];
  let markReady = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    if (lines.length > LAST_LINES) lines.shift();
    if (READY.test(line)) markReady();
    report(line, log);
  });
  return { ready, last: () => lines.join('\n') };
}

function report(line: string, log: StoreLog): void {
  const { process, severity = '', text = '' } = LINE.exec(line)?.groups ?? {};
  const levels = process === CLIENT_PROCESS ? CLIENT_LEVELS : LEVELS;
  const level = levels[severity];
  if (level) log(level, `postgres: ${text}`);
}

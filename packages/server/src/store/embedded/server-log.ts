/** PostgreSQL's log lines: what of them is worth telling, and the last ones for an error message. */

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogLevel, StoreLog } from '../database/store-log.ts';

/** Set on the server so that each line begins with the kind of process that wrote it. */
export const LOG_LINE_PREFIX = '[%b] ';
/** A standby, as a backup's folder may be told to be, only reads: whoever connects has to judge that. */
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
/** A statement's failure is told to its caller; its text may hold people's words, which no log may. */
const TOLD_OF_CLIENTS: Record<string, LogLevel> = { LOG: 'debug', FATAL: 'warn', PANIC: 'error' };

export type ServerLog = {
  /** Resolves at the line that says that clients may connect. */
  ready: Promise<void>;
  /** The last lines, for the message of a failed start. */
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
  const levels = process === CLIENT_PROCESS ? TOLD_OF_CLIENTS : LEVELS;
  const level = levels[severity];
  if (level) log(level, `postgres: ${text}`);
}

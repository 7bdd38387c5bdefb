/** How the embedded PostgreSQL and the migrations report what they do. */

/** How important a line is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Logs one line: its level, what happened, and named values. Must not throw. */
export type StoreLog = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

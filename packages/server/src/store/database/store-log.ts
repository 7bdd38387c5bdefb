/** How the ground under the store reports what it does. */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Takes one line: its level, what happened, and named values. Must not throw. */
export type StoreLog = (level: LogLevel, message: string, fields?: Record<string, unknown>) => void;

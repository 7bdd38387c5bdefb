/** The log: structured lines on standard output, pretty on a terminal. Tokens, passwords and texts never come here. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Config } from './config/config.ts';

export type Log = Logger;

/** @param isTerminal whether a person reads along: decides where the format is `auto`. */
export function createLog(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  isTerminal: boolean,
): Log {
  const isPretty = logFormat === 'pretty' || (logFormat === 'auto' && isTerminal);
  return pino(
    {
      level: logLevel,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    destination(isPretty),
  );
}

/**
 * What the log tells of an error. Named fields only: PostgreSQL's errors carry the row that was refused, the driver's the
 * whole connection with its password.
 */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message,
    ...('code' in error ? { code: error.code } : {}),
    stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** Lines that could not be written wait in so much memory at most; further ones are lost. */
const UNWRITTEN_MAX_BYTES = 1024 * 1024;

/**
 * Synchronous: a line that tells why the process ends must be out before it does. A disk that is full must not end the
 * process, though: what could not be written is tried again with the next line.
 */
function destination(isPretty: boolean): DestinationStream {
  const out = pino.destination({ fd: 1, sync: true, maxLength: UNWRITTEN_MAX_BYTES });
  out.on('error', () => {});
  if (!isPretty) return out;
  const toText = prettyFactory({
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname',
    singleLine: true,
  });
  return { write: (line) => void out.write(toText(line) ?? '') };
}

/** The log: structured lines on standard output. It never holds tokens, passwords or texts of messages. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Config } from './config/config.ts';

/** The log that parts are given. */
export type Log = Logger;

/** Creates the log. @param isTerminal chooses the format for `auto`: pretty on a terminal, JSON elsewhere. */
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
 * Returns the parts of an error that the log may show. It copies named fields only: PostgreSQL's errors hold the rejected
 * row, and the driver's errors hold the whole connection with its password.
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

/** The memory for lines that could not be written yet. Further lines are dropped. */
const UNWRITTEN_MAX_BYTES = 1024 * 1024;

/**
 * Writes synchronously, so that the reason for an exit is logged before the process ends. A full disk does not end the
 * process: lines that could not be written are retried with the next line.
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

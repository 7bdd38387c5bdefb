// The settings of the comparison, from the environment.

/** Without BURST, one message at a time is sent for three seconds, and everything else for four. */
const BURST_SECONDS = { single: 3, many: 4 };
const SOCKETS = [2_000, 10_000];
/** A burst counts if other programs used at most this share of a core. */
const NOISE = 0.35;

/** @typedef {ReturnType<typeof readSettings>} Settings */

/**
 * Reads the settings.
 * @param {Record<string, string | undefined>} env
 * @throws {Error} that names a setting that is not a number
 */
export function readSettings(env) {
  const seconds = numberOf('BURST', env.BURST);
  const sockets = numberOf('SOCKETS', env.SOCKETS);
  return {
    singleMs: (seconds ?? BURST_SECONDS.single) * 1_000,
    manyMs: (seconds ?? BURST_SECONDS.many) * 1_000,
    sockets: sockets === null ? SOCKETS : [sockets],
    noise: numberOf('NOISE', env.NOISE) ?? NOISE,
    rounds: numberOf('ROUNDS', env.ROUNDS),
    install: (env.INSTALL ?? '') !== '',
    /** Parts of the names of peers; all peers if empty. */
    wanted: env.PEERS === '1' ? [] : (env.PEERS ?? '').split(',').filter(Boolean),
  };
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @returns {number | null} null if it is not set
 */
function numberOf(name, text) {
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`${name}: ${text} is not a number above 0.`);
}

// Applies this machine's limit of sockets in one process.

import { socketsPerProcess } from '../machine.mjs';

/**
 * Returns the number of sockets to use. Adds a note to the page if it is less than wanted.
 * @param {import('../stage.mjs').Stage} stage
 * @param {number} wanted sockets
 * @returns {number} as many as wanted, or whole hundreds within the limit
 */
export function withinLimit(stage, wanted) {
  const allowed = socketsPerProcess();
  if (wanted <= allowed) return wanted;
  const scaled = Math.max(100, Math.floor(allowed / 100) * 100);
  stage.notes.push(
    `only ${scaled} sockets instead of ${wanted}, because of this machine's limit (ulimit -Hn)`,
  );
  return scaled;
}

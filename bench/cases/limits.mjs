// What this machine lets one process hold.

import { socketsPerProcess } from '../machine.mjs';

/**
 * @param {import('../stage.mjs').Stage} stage where it is noted when it is less
 * @param {number} wanted sockets
 * @returns {number} those that one process may hold, in whole hundreds when it is less than wanted
 */
export function withinLimit(stage, wanted) {
  const allowed = socketsPerProcess();
  if (wanted <= allowed) return wanted;
  const scaled = Math.max(100, Math.floor(allowed / 100) * 100);
  stage.notes.push(
    `only ${scaled} sockets instead of ${wanted}: a process may hold no more here (ulimit -Hn)`,
  );
  return scaled;
}

// The steps of a WebSocket client.

import { clientFrame, upgradeRequest } from '../../load/frames.mjs';

/** @typedef {import('../load/plan.mjs').Step} Step */

/**
 * Returns the steps that open a WebSocket.
 * @param {{ port: number, path: string, protocol?: string }} target
 * @returns {Step[]}
 */
export function openWebSocket(target) {
  return [{ send: upgradeRequest(target) }, { wait: ' 101 ' }, { wait: '\r\n\r\n' }];
}

/**
 * Returns the step that sends a text frame.
 * @param {string} text
 * @returns {Step}
 */
export function say(text) {
  return { send: clientFrame(text) };
}

/**
 * Creates a number of clients.
 * @param {number} count
 * @param {(index: number) => import('../load/plan.mjs').Client} create
 * @returns {import('../load/plan.mjs').Client[]}
 */
export function clientsOf(count, create) {
  return Array.from({ length: count }, (_, index) => create(index));
}

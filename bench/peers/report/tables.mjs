// Formats the tables of a comparison, with a line for each server.

import { undisturbed } from './bursts.mjs';
import { middle, TABLES } from './columns.mjs';

/** @typedef {import('./bursts.mjs').Burst} Burst */
/** @typedef {import('../servers/peers.mjs').Peer} Peer */

/** If the load generator uses more than this share of its core, it may be the limit instead of the server. */
const LOAD_LIMIT = 0.9;

/**
 * Formats the tables of all phases that have bursts.
 * @param {Burst[]} bursts
 * @param {{ peers: Peer[], noise: number }} options banter is the first peer
 * @returns {string}
 */
export function tables(bursts, { peers, noise }) {
  const phases = [...new Set(bursts.map(({ phase }) => phase))];
  return TABLES.flatMap((table) =>
    phases.filter((phase) => phase.startsWith(table.phase)).map((phase) => section(phase, table)),
  ).join('\n');

  /** @param {string} phase @param {import('./columns.mjs').Table} table */
  function section(phase, { title, columns }) {
    const every = bursts.filter((burst) => burst.phase === phase);
    const all = undisturbed(every, noise);
    const rows = peers
      .filter(({ name }) => every.some((burst) => burst.name === name))
      .map((peer) => ({
        peer,
        mine: all.filter(({ name }) => name === peer.name),
        all,
        base: peers[0]?.name ?? '',
      }));
    const lines = aligned([
      columns.map(({ label }) => label),
      ...rows.map((row) => columns.map(({ cell }) => (row.mine.length === 0 ? '' : cell(row)))),
    ]);
    const hints = [
      `${every.length - all.length} of ${every.length} bursts dropped, because other programs used more than ${noise} of a core`,
      ...rows.flatMap(troublesOf),
    ];
    return [`${phase}: ${title}`, ...lines, ...hints.map((hint) => `  (${hint})`), ''].join('\n');
  }
}

/** @param {import('./columns.mjs').Row} row */
function troublesOf({ peer: { name }, mine }) {
  if (mine.length === 0) return [`${name}: no burst is left`];
  const total = (/** @type {string} */ figure) =>
    mine.reduce((sum, { figures }) => sum + (figures[figure] ?? 0), 0);
  const [lost, closed] = [total('lost'), total('closed')];
  return [
    ...(lost > 0 ? [`${name}: ${lost} deliveries did not arrive`] : []),
    ...(closed > 0 ? [`${name}: the server closed ${closed} sockets`] : []),
    ...(middle(mine, 'loadBusy') > LOAD_LIMIT
      ? [`${name}: the load generator used its whole core and may have been the limit`]
      : []),
  ];
}

/** @param {string[][]} rows */
function aligned(rows) {
  const widths = rows.reduce(
    (known, row) => row.map((cell, column) => Math.max(cell.length, known[column] ?? 0)),
    /** @type {number[]} */ ([]),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ')}`.trimEnd(),
  );
}

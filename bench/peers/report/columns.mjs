// The tables of a comparison: a title and columns for each phase.

import { median, spread } from '../../report/statistics.mjs';
import { ratioTo } from './bursts.mjs';

/** @typedef {import('./bursts.mjs').Burst} Burst */
/** @typedef {import('../servers/peers.mjs').Peer} Peer */
/** @typedef {{ peer: Peer, mine: Burst[], all: Burst[], base: string }} Row `all` are the bursts of every server */
/** @typedef {{ label: string, cell: (row: Row) => string }} Column */
/** @typedef {{ phase: string, title: string, columns: Column[] }} Table `phase` is the beginning of a phase's name */

/** @type {Column} */
const SERVER = { label: 'server', cell: ({ peer }) => peer.name };
/** @type {Column} */
const STORES = { label: 'stores', cell: ({ peer }) => peer.stores };
/** @type {Column} */
const LATENCY = {
  label: 'p50 / p99 ms',
  cell: ({ mine }) => `${digits(middle(mine, 'p50Ms'))} / ${digits(middle(mine, 'p99Ms'))}`,
};
/** @type {Column} */
const LOAD = { label: 'load busy', cell: ({ mine }) => `${Math.round(middle(mine, 'loadBusy') * 100)} %` };

/** All tables, in the order of the page. @type {Table[]} */
export const TABLES = [
  {
    phase: 'W1',
    title: '500 sockets in one room, 10 senders × 8 messages outstanding',
    columns: [
      SERVER,
      STORES,
      rate('deliveries/s'),
      cpu('CPU µs a delivery + DB'),
      LATENCY,
      {
        label: 'messages per read',
        cell: (/** @type {Row} */ { mine }) => digits(middle(mine, 'messagesPerRead')),
      },
      ratios('banter ÷ it: rate, CPU', ['perSecond', 'serverCpuUs']),
      LOAD,
    ],
  },
  {
    phase: 'W2',
    title: '500 sockets in one room, one message at a time',
    columns: [
      SERVER,
      STORES,
      LATENCY,
      cpu('CPU µs a delivery + DB'),
      ratios('banter ÷ it: p50, CPU', ['p50Ms', 'serverCpuUs']),
      LOAD,
    ],
  },
  {
    phase: 'W3',
    title: 'one socket, 1,000 messages outstanding, each stored',
    columns: [
      SERVER,
      STORES,
      rate('messages/s'),
      cpu('CPU µs a message + DB'),
      LATENCY,
      ratios('banter ÷ it: rate, CPU', ['perSecond', 'serverCpuUs']),
      LOAD,
    ],
  },
  {
    phase: 'W5',
    title: '200 clients connect, sign in and fetch the last 1,000 messages, all at once',
    columns: [
      SERVER,
      rate('events/s'),
      cpu('CPU µs an event + DB'),
      {
        label: 'last client, s',
        cell: (/** @type {Row} */ { mine }) => digits(middle(mine, 'lastMs') / 1_000),
      },
      ratios('banter ÷ it: rate, CPU', ['perSecond', 'serverCpuUs']),
      LOAD,
    ],
  },
  {
    phase: 'W4',
    title: 'memory of an idle, signed-in socket in rooms of 100, 3 s after the last sign-in',
    columns: [
      SERVER,
      { label: 'KiB', cell: (/** @type {Row} */ { mine }) => digits(middle(mine, 'kibPerSocket')) },
      ratios('banter ÷ it', ['kibPerSocket']),
    ],
  },
];

/** @param {string} label @returns {Column} */
function rate(label) {
  return {
    label,
    cell({ mine }) {
      const { min, max } = spread(mine.map(({ figures }) => figures.perSecond ?? Number.NaN));
      return `${large(middle(mine, 'perSecond'))} (${large(min)}-${large(max)})`;
    },
  };
}

/** @param {string} label @returns {Column} */
function cpu(label) {
  return {
    label,
    cell: ({ peer, mine }) =>
      `${digits(middle(mine, 'serverCpuUs'))}${peer.usesPostgres ? ` + ${digits(middle(mine, 'postgresCpuUs'))}` : ''}`,
  };
}

/** @param {string} label @param {string[]} figures @returns {Column} */
function ratios(label, figures) {
  return {
    label,
    cell: ({ peer: { name }, all, base }) =>
      name === base ? '' : figures.map((figure) => digits(ratioTo(all, { base, name, figure }))).join(', '),
  };
}

/**
 * Returns the median of a figure.
 * @param {Burst[]} bursts
 * @param {string} figure
 */
export function middle(bursts, figure) {
  return median(bursts.map(({ figures }) => figures[figure] ?? Number.NaN));
}

/** @param {number} value @returns {string} with about three digits */
function digits(value) {
  if (!Number.isFinite(value)) return '-';
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** @param {number} value @returns {string} a rate in thousands or millions */
function large(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  return value >= 1e3 ? `${digits(value / 1e3)}k` : digits(value);
}

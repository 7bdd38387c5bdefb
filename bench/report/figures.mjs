// Every figure that a case may give: its name on the page, and how it is shown.

/** @typedef {keyof typeof FIGURES} FigureName */
/** @typedef {{ label: string, show: (value: number) => string }} Figure */

const MICRO = { show: (/** @type {number} */ value) => `${value.toFixed(2)} µs` };
const MILLI = { show: (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : 0)} ms` };
const WHOLE = { show: compact };
const TENTHS = { show: (/** @type {number} */ value) => value.toFixed(1) };
const SHARE = { show: (/** @type {number} */ value) => `${Math.round(value * 100)} %` };
const KIB = { show: (/** @type {number} */ value) => `${value.toFixed(1)} KiB` };

export const FIGURES = {
  deliveriesPerSecond: { label: 'deliveries a second', ...WHOLE },
  messagesPerSecond: { label: 'messages a second', ...WHOLE },
  pagesPerSecond: { label: 'pages a second', ...WHOLE },
  sockets: { label: 'sockets', ...WHOLE },
  opensPerSecond: { label: 'sign-ins a second', ...WHOLE },
  kibPerSocket: { label: 'memory per socket', ...KIB },
  serverCpuUs: { label: 'server CPU per delivery', ...MICRO },
  pageCpuUs: { label: 'server CPU per page', ...MICRO },
  messagesPerRead: { label: 'messages per read', ...TENTHS },
  bytesPerDelivery: { label: 'bytes per delivery', ...WHOLE },
  p50Ms: { label: 'latency, median', ...MILLI },
  p95Ms: { label: 'latency, 95 %', ...MILLI },
  p99Ms: { label: 'latency, 99 %', ...MILLI },
  serverBusy: { label: 'server busy', ...SHARE },
  othersBusy: { label: 'others on its core', ...SHARE },
  loadBusy: { label: 'load generator busy', ...SHARE },
  postgresBusy: { label: 'PostgreSQL busy', ...SHARE },
  lost: { label: 'not delivered', ...WHOLE },
  closed: { label: 'closed by the server', ...WHOLE },
  stalls: { label: 'stalls', ...WHOLE },
};

/** Counts of what should not happen: no line where it has not. */
export const TROUBLES = new Set(['lost', 'closed', 'stalls']);

/** What a figure was measured under: on the page, but nothing to compare. */
export const CONDITIONS = new Set(['serverBusy', 'othersBusy', 'loadBusy', 'postgresBusy', 'sockets']);

/**
 * Three digits or more of a count, so that a median and its bounds stand in one cell.
 * @param {number} value
 */
function compact(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (value >= 1e5) return `${(value / 1e3).toFixed(0)}k`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  return Math.round(value).toLocaleString('en');
}

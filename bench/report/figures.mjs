// The figures that a case may return, with their labels and formats.

/** @typedef {keyof typeof FIGURES} FigureName */
/** @typedef {{ label: string, show: (value: number) => string }} Figure */

const MICRO = { show: (/** @type {number} */ value) => `${value.toFixed(2)} µs` };
const MILLI = { show: (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : 0)} ms` };
const WHOLE = { show: compact };
const TENTHS = { show: (/** @type {number} */ value) => value.toFixed(1) };
const SHARE = { show: (/** @type {number} */ value) => `${Math.round(value * 100)} %` };
const KIB = { show: (/** @type {number} */ value) => `${value.toFixed(1)} KiB` };

/** Every figure, in the order of the page. */
export const FIGURES = {
  deliveriesPerSecond: { label: 'deliveries per second', ...WHOLE },
  messagesPerSecond: { label: 'messages per second', ...WHOLE },
  pagesPerSecond: { label: 'pages per second', ...WHOLE },
  sockets: { label: 'sockets', ...WHOLE },
  opensPerSecond: { label: 'sign-ins per second', ...WHOLE },
  kibPerSocket: { label: 'memory per socket', ...KIB },
  serverCpuUs: { label: 'server CPU per delivery', ...MICRO },
  pageCpuUs: { label: 'server CPU per page', ...MICRO },
  messagesPerRead: { label: 'messages per read', ...TENTHS },
  bytesPerDelivery: { label: 'bytes per delivery', ...WHOLE },
  p50Ms: { label: 'latency, median', ...MILLI },
  p95Ms: { label: 'latency, p95', ...MILLI },
  p99Ms: { label: 'latency, p99', ...MILLI },
  serverBusy: { label: 'server busy', ...SHARE },
  othersBusy: { label: 'other load on its core', ...SHARE },
  loadBusy: { label: 'load generator busy', ...SHARE },
  postgresBusy: { label: 'PostgreSQL busy', ...SHARE },
  lost: { label: 'not delivered', ...WHOLE },
  closed: { label: 'closed by the server', ...WHOLE },
  stalls: { label: 'stalls', ...WHOLE },
};

/** Counts of problems. The page omits a line of zeros. */
export const TROUBLES = new Set(['lost', 'closed', 'stalls']);

/** The conditions of a measurement. The page shows them, but a comparison leaves them out. */
export const CONDITIONS = new Set(['serverBusy', 'othersBusy', 'loadBusy', 'postgresBusy', 'sockets']);

/**
 * Formats a count with three or four digits, so that a median and its range fit into one cell.
 * @param {number} value
 */
function compact(value) {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  if (value >= 1e5) return `${(value / 1e3).toFixed(0)}k`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)}k`;
  return Math.round(value).toLocaleString('en');
}

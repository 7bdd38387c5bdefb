// From outcomes to figures, and from figures to one page of text.

/** Above this share of its core the load generator, not the server, may have been the limit. */
const LOAD_LIMIT = 0.9;

/** @typedef {import('./load.mjs').Outcome} Outcome */
/** @typedef {{ clients: number, senders: number, window: number, rounds: number, measureMs: number, node: string, machine: string }} Setting */
/** @typedef {ReturnType<typeof summarise>} Summary */

/** @type {Array<[string, (medians: Outcome) => string]>} */
const rows = [
  ['deliveries a second', ({ deliveriesPerSecond }) => thousands(deliveriesPerSecond)],
  ['messages a second', ({ messagesPerSecond }) => thousands(messagesPerSecond)],
  ['server CPU per delivery', ({ serverCpuUs }) => `${serverCpuUs.toFixed(2)} µs`],
  ['send to receipt, median', ({ p50Ms }) => `${p50Ms.toFixed(1)} ms`],
  ['send to receipt, 99 %', ({ p99Ms }) => `${p99Ms.toFixed(1)} ms`],
  ['server core busy', ({ serverBusy }) => percent(serverBusy)],
  ['load core busy', ({ loadBusy }) => percent(loadBusy)],
];

/**
 * @param {Record<'banter' | 'baseline', Outcome[]>} outcomes one per round
 * @param {Setting} setting
 */
export function summarise(outcomes, setting) {
  const banter = medians(outcomes.banter);
  const baseline = medians(outcomes.baseline);
  const all = [...outcomes.banter, ...outcomes.baseline];
  return {
    setting,
    banter,
    baseline,
    ratio: {
      deliveriesPerSecond: banter.deliveriesPerSecond / baseline.deliveriesPerSecond,
      serverCpuUs: baseline.serverCpuUs / banter.serverCpuUs,
    },
    lost: all.reduce((sum, outcome) => sum + outcome.lost, 0),
    closed: all.reduce((sum, outcome) => sum + outcome.closed, 0),
    outcomes,
  };
}

/**
 * @param {Summary} summary
 * @returns {string}
 */
export function page({ setting, banter, baseline, ratio, lost, closed }) {
  const { clients, senders, window, rounds, measureMs, node, machine } = setting;
  const lines = [
    '',
    `${clients} sockets in one room, ${senders} senders with ${window} messages outstanding each; PostgreSQL with fsync on`,
    `medians of ${rounds} rounds of ${measureMs / 1000} s, the servers in turns; Node ${node}, ${machine}`,
    '',
    line('', 'banter', 'naive server'),
    ...rows.map(([name, show]) => line(name, show(banter), show(baseline))),
    '',
    `banter delivers ${ratio.deliveriesPerSecond.toFixed(1)} times as much, for ${ratio.serverCpuUs.toFixed(1)} times less CPU per delivery`,
    `${lost} deliveries lost, ${closed} sockets closed by a server`,
  ];
  if (banter.loadBusy > LOAD_LIMIT)
    lines.push('the load core was full: banter itself can do more than this shows');
  return `${lines.join('\n')}\n`;
}

/**
 * @param {Outcome[]} outcomes
 * @returns {Outcome} each figure's median
 */
function medians(outcomes) {
  /** @param {keyof Outcome} figure */
  const of = (figure) => {
    const sorted = outcomes.map((outcome) => outcome[figure]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  return {
    deliveriesPerSecond: of('deliveriesPerSecond'),
    messagesPerSecond: of('messagesPerSecond'),
    serverCpuUs: of('serverCpuUs'),
    serverBusy: of('serverBusy'),
    loadBusy: of('loadBusy'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    lost: of('lost'),
    closed: of('closed'),
  };
}

/** @param {number} value */
function thousands(value) {
  return Math.round(value).toLocaleString('en');
}

/** @param {number} share */
function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** @param {string[]} cells */
function line(...cells) {
  const [name = '', ...values] = cells;
  return `  ${name.padEnd(26)}${values.map((value) => value.padStart(14)).join('')}`;
}

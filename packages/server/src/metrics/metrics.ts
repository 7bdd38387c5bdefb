/** The server's metrics, in Prometheus' text format. None of them names a person, a room or an address. */

import { createHistogram, family, labelled } from './prometheus.ts';

/** The values that are read when the page is requested. */
export type Readings = {
  /** Open sockets and streams. */
  sockets: number;
  /** Rooms followed, counted once for each connection. */
  subscriptions: number;
  /** Rooms with at least one subscriber. */
  rooms: number;
  /** People online. */
  online: number;
  /** Whether nothing new is stored because the disk is nearly full. */
  isDiskLow: boolean;
  /** Work that callers wait for in line. */
  queues: { [Q in QueueName]: QueueReading };
  /** Messages and acts waiting to be stored. */
  appenderDepth: number;
  /** Writes to sockets and streams since the start. */
  fanOutWrites: number;
  /** The process's memory in RAM. */
  residentBytes: number;
};

/** A line of callers: how many run, wait, and were refused since the start. */
type QueueReading = { running: number; waiting: number; refused: number };
type QueueName = keyof typeof QUEUES;

/** Counts since the start, and the page that shows them. */
export type Metrics = {
  /** Counts the events of one commit. */
  recordCommit(events: readonly { type: string }[]): void;
  /** Counts a response by its status. An accepted upgrade counts as 101. */
  recordResponse(status: number): void;
  /** Returns the page (text format 0.0.4). */
  render(readings: Readings): string;
};

/** The media type of the page. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A batch has at most 500 messages. */
const BATCH_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

/** The lines of callers, with the beginning of their families' names. */
const QUEUES = {
  statements: { name: 'banter_statements', what: 'Statements of callers' },
  passwordChecks: { name: 'banter_password_checks', what: 'Password checks' },
  searches: { name: 'banter_searches', what: 'Searches' },
} as const;

/** The families with one reading each. */
const GAUGES: readonly { name: string; help: string; read: (readings: Readings) => number }[] = [
  { name: 'banter_sockets', help: 'Open sockets and streams.', read: ({ sockets }) => sockets },
  {
    name: 'banter_subscriptions',
    help: 'Rooms followed, counted once for each connection.',
    read: ({ subscriptions }) => subscriptions,
  },
  { name: 'banter_rooms_followed', help: 'Rooms with at least one subscriber.', read: ({ rooms }) => rooms },
  { name: 'banter_people_online', help: 'People online.', read: ({ online }) => online },
  {
    name: 'banter_storage_full',
    help: '1 while nothing new is stored because the disk is nearly full.',
    read: ({ isDiskLow }) => (isDiskLow ? 1 : 0),
  },
  {
    name: 'banter_appender_depth',
    help: 'Messages and acts waiting to be stored.',
    read: ({ appenderDepth }) => appenderDepth,
  },
  {
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    read: ({ residentBytes }) => residentBytes,
  },
];

/** Creates the metrics, with every count at 0. */
export function createMetrics(): Metrics {
  let messages = 0;
  const batches = createHistogram(BATCH_BOUNDS);
  const responses = new Map(STATUS_CLASSES.map((name) => [name, 0]));
  return {
    recordCommit(events) {
      batches.observe(events.length);
      for (const { type } of events) if (type === 'message') messages++;
    },
    recordResponse(status) {
      const name = `${Math.floor(status / 100)}xx`;
      responses.set(name, (responses.get(name) ?? 0) + 1);
    },
    render: (readings) =>
      [
        ...GAUGES.map(({ name, help, read }) => family(name, 'gauge', help, read(readings))),
        ...queueFamilies(readings),
        family('banter_messages_appended_total', 'counter', 'Messages stored.', messages),
        batches.family('banter_append_batch_size', 'Events in one commit.'),
        family(
          'banter_fanout_writes_total',
          'counter',
          'Writes to sockets and streams.',
          readings.fanOutWrites,
        ),
        labelled('banter_http_requests_total', 'Responses, by status class.', 'status', responses),
      ].join(''),
  };
}

function queueFamilies({ queues }: Readings): string[] {
  return (Object.keys(QUEUES) as QueueName[]).flatMap((queue) => {
    const { name, what } = QUEUES[queue];
    const { running, waiting, refused } = queues[queue];
    return [
      family(`${name}_running`, 'gauge', `${what} under way.`, running),
      family(`${name}_waiting`, 'gauge', `${what} in line.`, waiting),
      family(`${name}_refused_total`, 'counter', `${what} refused, because too many waited.`, refused),
    ];
  });
}

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
  /** Callers' statements: how many run, wait, and were refused since the start. */
  statements: { running: number; waiting: number; refused: number };
  /** Messages and acts waiting to be stored. */
  appenderDepth: number;
  /** Writes to sockets and streams since the start. */
  fanOutWrites: number;
  /** The process's memory in RAM. */
  residentBytes: number;
};

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
        family('banter_sockets', 'gauge', 'Open sockets and streams.', readings.sockets),
        family(
          'banter_subscriptions',
          'gauge',
          'Rooms followed, counted once for each connection.',
          readings.subscriptions,
        ),
        family('banter_rooms_followed', 'gauge', 'Rooms with at least one subscriber.', readings.rooms),
        family('banter_people_online', 'gauge', 'People online.', readings.online),
        family(
          'banter_storage_full',
          'gauge',
          '1 while nothing new is stored because the disk is nearly full.',
          readings.isDiskLow ? 1 : 0,
        ),
        family('banter_messages_appended_total', 'counter', 'Messages stored.', messages),
        family(
          'banter_appender_depth',
          'gauge',
          'Messages and acts waiting to be stored.',
          readings.appenderDepth,
        ),
        family(
          'banter_statements_running',
          'gauge',
          'Statements of callers under way.',
          readings.statements.running,
        ),
        family(
          'banter_statements_waiting',
          'gauge',
          'Statements of callers in line.',
          readings.statements.waiting,
        ),
        family(
          'banter_statements_refused_total',
          'counter',
          'Statements of callers refused, because too many waited.',
          readings.statements.refused,
        ),
        batches.family('banter_append_batch_size', 'Events in one commit.'),
        family(
          'banter_fanout_writes_total',
          'counter',
          'Writes to sockets and streams.',
          readings.fanOutWrites,
        ),
        labelled('banter_http_requests_total', 'Responses, by status class.', 'status', responses),
        family('process_resident_memory_bytes', 'gauge', 'Resident memory.', readings.residentBytes),
      ].join(''),
  };
}

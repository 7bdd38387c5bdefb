/** What the server counts of itself, in Prometheus' text format. Never by person, room or address. */

/** What is read at the moment of asking. */
export type Readings = {
  /** Sockets and streams that are open. */
  sockets: number;
  subscriptions: number;
  /** Rooms that somebody follows. */
  rooms: number;
  /** People who are here. */
  online: number;
  /** Messages and acts that wait to be stored. */
  appenderDepth: number;
  /** Writes to sockets and streams since the start. */
  fanOutWrites: number;
  residentBytes: number;
};

export type Metrics = {
  /** To be told what one commit stored. */
  committed(events: readonly { type: string }[]): void;
  /** To be told of each answer to a request, an upgrade's 101 among them. */
  answered(status: number): void;
  /** The page (text format 0.0.4). */
  render(readings: Readings): string;
};

/** The media type of the page. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Batches have at most 500 messages. */
const BATCH_BOUNDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'];

export function createMetrics(): Metrics {
  let messages = 0;
  const batches = createHistogram(BATCH_BOUNDS);
  const answers = new Map(STATUS_CLASSES.map((name) => [name, 0]));
  return {
    committed(events) {
      batches.observe(events.length);
      for (const { type } of events) if (type === 'message') messages++;
    },
    answered(status) {
      const name = `${Math.floor(status / 100)}xx`;
      answers.set(name, (answers.get(name) ?? 0) + 1);
    },
    render: (readings) =>
      [
        family('banter_sockets', 'gauge', 'Sockets and streams that are open.', readings.sockets),
        family(
          'banter_subscriptions',
          'gauge',
          'Rooms followed, once for each follower.',
          readings.subscriptions,
        ),
        family('banter_rooms_followed', 'gauge', 'Rooms that somebody follows.', readings.rooms),
        family('banter_people_online', 'gauge', 'People who are here.', readings.online),
        family('banter_messages_appended_total', 'counter', 'Messages stored.', messages),
        family(
          'banter_appender_depth',
          'gauge',
          'Messages and acts waiting to be stored.',
          readings.appenderDepth,
        ),
        batches.family('banter_append_batch_size', 'Events of one commit.'),
        family(
          'banter_fanout_writes_total',
          'counter',
          'Writes to sockets and streams.',
          readings.fanOutWrites,
        ),
        labelled('banter_http_requests_total', 'Requests answered, by class of status.', 'status', answers),
        family('process_resident_memory_bytes', 'gauge', 'Resident memory.', readings.residentBytes),
      ].join(''),
  };
}

type Kind = 'counter' | 'gauge' | 'histogram';

function head(name: string, kind: Kind, help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
}

function family(name: string, kind: Kind, help: string, value: number): string {
  return `${head(name, kind, help)}${name} ${value}\n`;
}

function labelled(name: string, help: string, label: string, values: ReadonlyMap<string, number>): string {
  const lines = [...values].map(([key, value]) => `${name}{${label}="${key}"} ${value}\n`);
  return head(name, 'counter', help) + lines.join('');
}

/** @param bounds the upper bounds of the buckets, rising; one without bound comes on top. */
function createHistogram(bounds: readonly number[]) {
  const counts = bounds.map(() => 0);
  let count = 0;
  let sum = 0;
  return {
    observe(value: number) {
      const bucket = bounds.findIndex((bound) => value <= bound);
      if (bucket !== -1) counts[bucket] = (counts[bucket] ?? 0) + 1;
      count++;
      sum += value;
    },
    family(name: string, help: string): string {
      let below = 0;
      const lines = bounds.map((bound, i) => {
        below += counts[i] ?? 0;
        return `${name}_bucket{le="${bound}"} ${below}\n`;
      });
      const rest = `${name}_bucket{le="+Inf"} ${count}\n${name}_sum ${sum}\n${name}_count ${count}\n`;
      return head(name, 'histogram', help) + lines.join('') + rest;
    },
  };
}

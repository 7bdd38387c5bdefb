/** A client of event streams over HTTP. A test can pause its reading. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { ServerEvent } from '@banter/protocol';
import type { Host } from './http.ts';
import { until } from './wait.ts';

/** The two formats. */
export type EventForm = 'text/event-stream' | 'application/x-ndjson';

/** An event stream with everything that it received. */
export type EventStream = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The body so far. */
  readonly text: string;
  /** The events so far, in order. In SSE they are the `data` of each event. */
  readonly events: ServerEvent[];
  /** Resolves when the server has ended the response. */
  readonly ended: Promise<void>;
  readonly isEnded: boolean;
  /** Resolves with the first past or future event of a type. */
  first<T extends ServerEvent['type']>(type: T): Promise<Extract<ServerEvent, { type: T }>>;
  /** Stops reading. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  /** Cuts the connection. */
  cut(): void;
};

/** Options of openEvents. */
export type StreamOptions = {
  roomId: number;
  form: EventForm;
  token?: string;
  /** Begins with a question mark. */
  query?: string;
  headers?: Record<string, string>;
};

/** Opens a stream. Resolves when the head of the response has arrived, whatever its status. */
export async function openEvents(host: Host, options: StreamOptions): Promise<EventStream> {
  const { roomId, form, token, query = '', headers = {} } = options;
  const sent = request(`${host.url}/v1/rooms/${roomId}/events${query}`, {
    agent: false,
    headers: { accept: form, ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
  });
  const response = await responseTo(sent);
  let text = '';
  let isEnded = false;
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = new Promise<void>((resolve) => {
    response.on('close', () => {
      isEnded = true;
      resolve();
    });
  });
  response.on('error', () => {});
  const stream: EventStream = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    get text() {
      return text;
    },
    get events() {
      return PARSERS[form](text);
    },
    ended,
    get isEnded() {
      return isEnded;
    },
    async first(type) {
      const find = () => stream.events.find((event) => event.type === type);
      await until(`${type} arrives`, () => find() !== undefined);
      return find() as never;
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    cut: () => void sent.destroy(),
  };
  return stream;
}

/** Opens a room's stream with a person's token. Resolves once it is live. */
export async function openLiveEvents(
  host: Host,
  { token }: { token: string },
  { id: roomId }: { id: number },
  form: EventForm,
  more: Partial<StreamOptions> = {},
): Promise<EventStream> {
  const stream = await openEvents(host, { roomId, form, token, ...more });
  await stream.first('live');
  return stream;
}

function responseTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.end();
  });
}

const PARSERS: Record<EventForm, (text: string) => ServerEvent[]> = {
  'text/event-stream': (text) =>
    [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] ?? '')),
  'application/x-ndjson': (text) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
};

/** A client of the stream of events over HTTP, which reads when it is told to. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { ServerEvent } from '@banter/protocol';
import type { Host } from './http.ts';
import { until } from './wait.ts';

export type EventForm = 'text/event-stream' | 'application/x-ndjson';

export type EventStream = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** All that has come, as it came. */
  readonly text: string;
  /** What has come, in order; of SSE, each event's `data`. */
  readonly events: ServerEvent[];
  /** Resolves when the server has ended the response. */
  readonly ended: Promise<void>;
  readonly isEnded: boolean;
  /** The event that the test looks for, once it has come. */
  first<T extends ServerEvent['type']>(type: T): Promise<Extract<ServerEvent, { type: T }>>;
  pause(): void;
  resume(): void;
  /** Goes away. */
  cut(): void;
};

export type StreamOptions = {
  roomId: number;
  form: EventForm;
  token?: string;
  /** With its question mark. */
  query?: string;
  headers?: Record<string, string>;
};

/** Opens a stream; it resolves when the head of the answer has come, whatever its status. */
export async function openEvents(host: Host, options: StreamOptions): Promise<EventStream> {
  const { roomId, form, token, query = '', headers = {} } = options;
  const asked = request(`${host.url}/v1/rooms/${roomId}/events${query}`, {
    agent: false,
    headers: { accept: form, ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
  });
  const response = await answerTo(asked);
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
      await until(`${type} comes`, () => find() !== undefined);
      return find() as never;
    },
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    cut: () => void asked.destroy(),
  };
  return stream;
}

function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.on('response', resolve);
    asked.on('error', reject);
    asked.end();
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

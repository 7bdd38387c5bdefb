/** A person's part in a conversation, over one door or the other: what they do and what they hear. */
import type { Command, MessageKind, Room, RoomEvent, ServerEvent } from '@banter/protocol';
import { isRoomEvent } from '@banter/protocol';
import { type EventStream, openEvents } from '../../harness/event-stream.ts';
import { ask, type Host } from '../../harness/http.ts';
import { newId, type Person, person } from '../../harness/people.ts';
import type { Collector } from '../../harness/socket.ts';
import { until } from '../../harness/wait.ts';

/** What came of an act, in the words that both doors share: done, or the code of a refusal and what it says. */
export type Outcome = 'done' | 'again' | `${string}: ${string}`;
export type Saying = { replyTo?: number; kind?: MessageKind; id?: string };
type At = Pick<Room, 'id'>;

export type Voice = {
  readonly person: Person;
  /** Begins to hear a room that its person has just come into, by the room's last event or by the one behind `after`. */
  hears(room: At, after?: number): Promise<void>;
  says(room: At, content: string, more?: Saying): Promise<Outcome>;
  edits(room: At, seq: number, content: string): Promise<Outcome>;
  deletes(room: At, seq: number): Promise<Outcome>;
  reacts(room: At, seq: number, emoji: string, on: boolean): Promise<Outcome>;
  /** Moves the read mark; done when another device of the same person has heard of it. */
  marks(room: At, seq: number): Promise<void>;
  types(room: At): Promise<void>;
  /** Away, with a word for the others; null: back. */
  isAway(message: string | null): Promise<Outcome>;
  /** Everything heard of a room, in the order of hearing. */
  heard(room: At): ServerEvent[];
  /** Waits until the room's event of this seq was heard. */
  hasHeard(room: At, seq: number): Promise<void>;
  ends(): void;
};

export type Door = { name: string; enter(host: Host, username: string): Promise<Voice> };

/** Speaks and hears over `/v1/socket`. */
export const SOCKET: Door = {
  name: 'the socket',
  async enter(host, username) {
    const who = await person(host, username);
    const socket = await who.connects();
    const act = async (command: Command & { id: string }): Promise<Outcome> => {
      const reply = await socket.ask(command);
      if (reply.type === 'error') return `${reply.code}: ${reply.message}`;
      return reply.duplicate ? 'again' : 'done';
    };
    return {
      person: who,
      hears: async ({ id }) =>
        void (await socket.first('live', (event) => isOf(event, id) && event.type === 'live')),
      says: ({ id: roomId }, content, { id = newId(), ...more } = {}) =>
        act({ op: 'send', id, roomId, content, ...more }),
      edits: ({ id: roomId }, seq, content) => act({ op: 'edit', id: newId(), roomId, seq, content }),
      deletes: ({ id: roomId }, seq) => act({ op: 'delete', id: newId(), roomId, seq }),
      reacts: ({ id: roomId }, seq, emoji, on) => act({ op: 'react', id: newId(), roomId, seq, emoji, on }),
      async marks({ id: roomId }, seq) {
        const device = await who.connects([]);
        socket.send({ op: 'read', roomId, seq });
        await device.first('the mark', (event) => event.type === 'read' && event.seq === seq);
        device.ws.terminate();
      },
      types: async ({ id: roomId }) => socket.send({ op: 'typing', roomId }),
      isAway: (message) =>
        act({ op: 'away', id: newId(), on: message !== null, ...(message === null ? {} : { message }) }),
      heard: ({ id }) => heardOn(socket, id),
      hasHeard: ({ id }, seq) =>
        socket.until(`${seq} is heard`, () => socket.log(id).some((event) => event.seq === seq)),
      ends: () => socket.ws.terminate(),
    };
  },
};

/** Has nothing but HTTP: calls, and a stream of Server-Sent Events for each room. */
export const HTTP: Door = {
  name: 'HTTP and Server-Sent Events',
  async enter(host, username) {
    const who = await person(host, username);
    const streams = new Map<number, EventStream[]>();
    const open = async (roomId: number, after?: number) => {
      const { head } = (await who.asks('GET', `/v1/rooms/${roomId}`)).body as Room;
      const query = `?after=${after ?? head - 1}`;
      const stream = await openEvents(host, { roomId, form: 'text/event-stream', token: who.token, query });
      await stream.first('live');
      return stream;
    };
    const act = async (method: string, path: string, body?: object): Promise<Outcome> => {
      const answer = await ask(host, method, `/v1/${path}`, {
        token: who.token,
        ...(body ? { body } : {}),
      });
      const { code, detail } = (answer.body ?? {}) as { code?: string; detail?: string };
      if (answer.status >= 300) return `${code}: ${detail}`;
      // Only a new message is made; its repeat is found.
      return method === 'POST' && path.endsWith('/messages') && answer.status === 200 ? 'again' : 'done';
    };
    const heard = (roomId: number) => (streams.get(roomId) ?? []).flatMap(({ events }) => events);
    return {
      person: who,
      hears: async ({ id }, after) =>
        void streams.set(id, [...(streams.get(id) ?? []), await open(id, after)]),
      says: ({ id }, content, more) => act('POST', `rooms/${id}/messages`, { content, ...more }),
      edits: ({ id }, seq, content) => act('PATCH', `rooms/${id}/messages/${seq}`, { content }),
      deletes: ({ id }, seq) => act('DELETE', `rooms/${id}/messages/${seq}`),
      reacts: ({ id }, seq, emoji, on) =>
        act(on ? 'PUT' : 'DELETE', `rooms/${id}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`),
      async marks({ id }, seq) {
        await act('PUT', `rooms/${id}/read`, { seq });
        await until('the mark is heard of', () =>
          heard(id).some((event) => event.type === 'read' && event.seq === seq),
        );
      },
      types: async ({ id }) => void (await act('POST', `rooms/${id}/typing`)),
      isAway: (message) =>
        act('PUT', 'me/presence', message === null ? { state: 'online' } : { state: 'away', message }),
      heard: ({ id }) => heard(id),
      hasHeard: async ({ id }, seq) =>
        void (await until(`${seq} is heard`, () =>
          heard(id)
            .filter(isRoomEvent)
            .some((event) => event.seq === seq),
        )),
      ends: () => {
        for (const stream of [...streams.values()].flat()) stream.cut();
      },
    };
  },
};

/** The facts of a room as they were heard, without what every hearing has of its own. */
export function factsOf(events: ServerEvent[]): RoomEvent[] {
  return events.filter(isRoomEvent);
}

function heardOn({ events }: Collector, roomId: number): ServerEvent[] {
  return events.filter((event) => isOf(event, roomId));
}

function isOf(event: ServerEvent, roomId: number): boolean {
  return 'roomId' in event && event.roomId === roomId;
}

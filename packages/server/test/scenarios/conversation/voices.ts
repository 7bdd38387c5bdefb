/** A person in the conversation, over one door or the other: their acts and the events that they receive. */
import type { Command, MessageKind, Room, RoomEvent, ServerEvent } from '@banter/protocol';
import { isRoomEvent } from '@banter/protocol';
import { type EventStream, openEvents } from '../../harness/event-stream.ts';
import { ask, type Host } from '../../harness/http.ts';
import { newId, type Person, person } from '../../harness/people.ts';
import type { Collector } from '../../harness/socket.ts';
import { until } from '../../harness/wait.ts';

/** The result of an act in the terms that both doors share: done, or the code and text of an error. */
export type Outcome = 'done' | 'again' | `${string}: ${string}`;
/** The options of a message. */
export type SendOptions = { replyTo?: number; kind?: MessageKind; id?: string };
type At = Pick<Room, 'id'>;

/** A person, and the door they use. */
export type Voice = {
  readonly person: Person;
  /** Starts to follow a room that the person has just joined, from its last event or from the event after `after`. */
  follows(room: At, after?: number): Promise<void>;
  says(room: At, content: string, more?: SendOptions): Promise<Outcome>;
  edits(room: At, seq: number, content: string): Promise<Outcome>;
  deletes(room: At, seq: number): Promise<Outcome>;
  reacts(room: At, seq: number, emoji: string, on: boolean): Promise<Outcome>;
  /** Moves the read mark. Resolves when another device of the same person was notified. */
  marks(room: At, seq: number): Promise<void>;
  types(room: At): Promise<void>;
  /** Marks the person as away with a message. Null: as back. */
  isAway(message: string | null): Promise<Outcome>;
  /** Returns all events received of a room, in the order of arrival. */
  received(room: At): ServerEvent[];
  /** Waits until the room's event with this seq has arrived. */
  hasReceived(room: At, seq: number): Promise<void>;
  ends(): void;
};

/** A way to take part in the conversation. */
export type Door = { name: string; enter(host: Host, username: string): Promise<Voice> };

/** Acts and listens over `/v1/socket`. */
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
      follows: async ({ id }) =>
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
      received: ({ id }) => receivedOn(socket, id),
      hasReceived: ({ id }, seq) =>
        socket.until(`${seq} has arrived`, () => socket.log(id).some((event) => event.seq === seq)),
      ends: () => socket.ws.terminate(),
    };
  },
};

/** Uses only HTTP: calls, and a stream of Server-Sent Events for each room. */
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
      // 201 means stored, 200 means a repeat.
      return method === 'POST' && path.endsWith('/messages') && answer.status === 200 ? 'again' : 'done';
    };
    const received = (roomId: number) => (streams.get(roomId) ?? []).flatMap(({ events }) => events);
    return {
      person: who,
      follows: async ({ id }, after) =>
        void streams.set(id, [...(streams.get(id) ?? []), await open(id, after)]),
      says: ({ id }, content, more) => act('POST', `rooms/${id}/messages`, { content, ...more }),
      edits: ({ id }, seq, content) => act('PATCH', `rooms/${id}/messages/${seq}`, { content }),
      deletes: ({ id }, seq) => act('DELETE', `rooms/${id}/messages/${seq}`),
      reacts: ({ id }, seq, emoji, on) =>
        act(on ? 'PUT' : 'DELETE', `rooms/${id}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`),
      async marks({ id }, seq) {
        await act('PUT', `rooms/${id}/read`, { seq });
        await until('the mark has arrived', () =>
          received(id).some((event) => event.type === 'read' && event.seq === seq),
        );
      },
      types: async ({ id }) => void (await act('POST', `rooms/${id}/typing`)),
      isAway: (message) =>
        act('PUT', 'me/presence', message === null ? { state: 'online' } : { state: 'away', message }),
      received: ({ id }) => received(id),
      hasReceived: async ({ id }, seq) =>
        void (await until(`${seq} has arrived`, () =>
          received(id)
            .filter(isRoomEvent)
            .some((event) => event.seq === seq),
        )),
      ends: () => {
        for (const stream of [...streams.values()].flat()) stream.cut();
      },
    };
  },
};

/** Returns the room events among the received ones. */
export function roomEventsOf(events: ServerEvent[]): RoomEvent[] {
  return events.filter(isRoomEvent);
}

function receivedOn({ events }: Collector, roomId: number): ServerEvent[] {
  return events.filter((event) => isOf(event, roomId));
}

function isOf(event: ServerEvent, roomId: number): boolean {
  return 'roomId' in event && event.roomId === roomId;
}

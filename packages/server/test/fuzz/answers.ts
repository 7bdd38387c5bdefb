/** Reads the answers to a batch of commands from a socket. */

import { eventsOf } from '../conformance/doors.ts';
import { OPCODE, type RawSocket } from '../harness/raw-socket.ts';

/** The answers to a batch. */
export type Answers = {
  /** `ok`, or the error's code, by the command's id. */
  byId: Map<string, string>;
  /** The number of errors without an id. */
  nameless: number;
};

/** Waits until each id has an answer. @throws Error if the socket is closed before that. */
export async function readAnswers(socket: RawSocket, ids: ReadonlySet<string>): Promise<Answers> {
  const answers: Answers = { byId: new Map(), nameless: 0 };
  let read = 0;
  const isComplete = () => {
    for (; read < socket.frames.length; read++) {
      const frame = socket.frames[read];
      if (!frame) break;
      if (frame.opcode === OPCODE.close) throw new Error(`closed with ${frame.payload.subarray(2)}`);
      addTo(answers, eventsOf(frame));
    }
    return [...ids].every((id) => answers.byId.has(id));
  };
  await socket.first(`answers to ${ids.size} commands`, isComplete);
  return answers;
}

function addTo(answers: Answers, events: ReturnType<typeof eventsOf>): void {
  for (const event of events) {
    if (event.type === 'ok') answers.byId.set(event.id, 'ok');
    else if (event.type === 'error' && event.id !== undefined) answers.byId.set(event.id, event.code);
    else if (event.type === 'error') answers.nameless++;
  }
}

/** The answers that a socket gets to a batch of commands. */

import { eventsOf } from '../conformance/doors.ts';
import { OPCODE, type RawSocket } from '../harness/raw-socket.ts';

export type Answers = {
  /** `ok`, or the code of the error, by the command's id. */
  byId: Map<string, string>;
  /** Errors without an id. */
  nameless: number;
};

/** Waits until each of the ids is answered. @throws Error when the socket is closed before. */
export async function readAnswers(socket: RawSocket, ids: ReadonlySet<string>): Promise<Answers> {
  const answers: Answers = { byId: new Map(), nameless: 0 };
  let read = 0;
  const look = () => {
    for (; read < socket.frames.length; read++) {
      const frame = socket.frames[read];
      if (!frame) break;
      if (frame.opcode === OPCODE.close) throw new Error(`closed with ${frame.payload.subarray(2)}`);
      note(answers, eventsOf(frame));
    }
    return [...ids].every((id) => answers.byId.has(id));
  };
  await socket.first(`answers to ${ids.size} commands`, look);
  return answers;
}

function note(answers: Answers, events: ReturnType<typeof eventsOf>): void {
  for (const event of events) {
    if (event.type === 'ok') answers.byId.set(event.id, 'ok');
    else if (event.type === 'error' && event.id !== undefined) answers.byId.set(event.id, event.code);
    else if (event.type === 'error') answers.nameless++;
  }
}

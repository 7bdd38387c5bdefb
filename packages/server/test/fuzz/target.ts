/** What is fuzzed: a real server in a process of its own, people who offend, and their rooms. */

import { loggedIn, type Person, person } from '../harness/people.ts';
import { type Probe, startServer, type TestServer } from '../harness/server.ts';

export type Target = {
  server: TestServer;
  readonly url: string;
  /** Who is watched over: in a closed room that no one else may see. The server's first account. */
  witness: Person;
  witnessRoomId: number;
  /** Who offends on sockets, with a closed room of their own. */
  offender: Person;
  offenderRoomId: number;
  /** Who offends over HTTP, with an open room. */
  caller: Person;
  callerRoomId: number;
  /** Tokens of sessions of the caller that inputs may end. */
  spareTokens: string[];
  /** Messages of the offender that got their `ok`, by id, as they must be stored. */
  acknowledged: Map<string, string>;
  /** Memory of the server's process, its garbage collected. */
  memory(): Promise<Probe>;
  /** Lines of the log that no input may cause: warnings and worse. */
  complaints(): string[];
  close(): Promise<void>;
};

/** A leak of a few hundred bytes an input ends the process under this, which the fuzzer sees. */
const HEAP_MAX_MIB = 256;
const SPARE_SESSIONS = 6;

export async function startTarget(): Promise<Target> {
  const server = await startServer({
    hasProbe: true,
    env: { LOG_LEVEL: 'warn', NODE_OPTIONS: `--max-old-space-size=${HEAP_MAX_MIB}` },
  });
  const witness = await person(server, 'witness');
  const witnessRoom = await witness.opens('watched', 'closed');
  const offender = await person(server, 'offender');
  const offenderRoom = await offender.opens('offended', 'closed');
  const caller = await person(server, 'caller');
  const callerRoom = await caller.opens('called');
  const spares = await Promise.all(Array.from({ length: SPARE_SESSIONS }, () => loggedIn(server, 'caller')));
  return {
    server,
    url: server.url,
    witness,
    witnessRoomId: witnessRoom.id,
    offender,
    offenderRoomId: offenderRoom.id,
    caller,
    callerRoomId: callerRoom.id,
    spareTokens: spares.map(({ token }) => token),
    acknowledged: new Map(),
    memory: () => server.probe({ gc: true }),
    complaints: () => server.output().split('\n').filter(isComplaint),
    close: () => server.close(),
  };
}

function isComplaint(line: string): boolean {
  return line !== '' && !line.includes('RATE_LIMITS=off') && !line.includes('"level":"info"');
}

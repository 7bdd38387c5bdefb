/** The target of the fuzzer: a real server in its own process, people, and their rooms. */

import { FINDINGS } from '../../src/doors/proxy-diagnosis.ts';
import { loggedIn, type Person, person } from '../harness/people.ts';
import { type Probe, startServer, type TestServer } from '../harness/server.ts';

/** The running server, with everything that inputs refer to. */
export type Target = {
  server: TestServer;
  readonly url: string;
  /** The witness must not notice anything. The server's first account, in a closed room that nobody else can see. */
  witness: Person;
  witnessRoomId: number;
  /** The person who sends inputs on sockets, with a closed room. */
  offender: Person;
  offenderRoomId: number;
  /** The person who sends inputs over HTTP, with an open room. */
  caller: Person;
  callerRoomId: number;
  /** Access tokens of the caller's sessions that inputs may end. */
  spareTokens: string[];
  /** The offender's acknowledged messages: the content that must be stored, by id. */
  acknowledged: Map<string, string>;
  /** Measures the server's memory after a garbage collection. */
  memory(): Promise<Probe>;
  /** Returns log lines that no input may cause: warnings and worse. */
  complaints(): string[];
  /** Stops the server. */
  close(): Promise<void>;
};

/** With this limit, a leak of a few hundred bytes per input ends the process, and the fuzzer notices. */
const HEAP_MAX_MIB = 256;
const SPARE_SESSIONS = 6;

/** Starts the server and creates the people and rooms. */
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

/** Warnings that inputs may cause: they tell the operator of settings, of the first account, and of hostile clients. */
const EXPECTED = [
  'RATE_LIMITS=off',
  'the first account was registered',
  'an address sends many failing requests',
  ...Object.values(FINDINGS),
];

function isComplaint(line: string): boolean {
  if (line === '') return false;
  try {
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    return level !== 'info' && !EXPECTED.some((text) => msg.startsWith(text));
  } catch {
    return true;
  }
}

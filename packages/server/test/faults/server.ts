/** Faults: the server is killed or restarted while people talk. */

import { startServer, type TestServer } from '../harness/server.ts';
import { judge } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { closesSince, worst } from './measure.ts';

/** The full size has 200 kills and a million acknowledged sends. */
const KILLS = {
  short: { rounds: 1, kills: 20, sends: 60 },
  full: { rounds: 20, kills: 10, sends: 5_000 },
} as const;
const RESTARTS = { short: 3, full: 30 } as const;
const CLIENTS = 8;
const TALKING = { outstanding: 8, pauseMs: 0 };

/** Kills the server again and again. */
export const serverKilled: Fault = {
  name: 'SIGKILL of the server',
  proves: '[O1] keeps every promise through kills of the server under load',
  async run(size) {
    const { rounds, kills, sends } = KILLS[size];
    const server = await startServer();
    try {
      return await inRounds(rounds, () => killRepeatedly(server, kills, sends));
    } finally {
      await server.close();
    }
  },
};

/** Stops the server gracefully and starts it again, several times. */
export const serverRestarted: Fault = {
  name: 'graceful restart',
  proves: '[S1] keeps every promise through graceful restarts under load, and exits with 0 each time',
  async run(size) {
    const server = await startServer();
    try {
      return await restartRepeatedly(server, RESTARTS[size]);
    } finally {
      await server.close();
    }
  },
};

async function killRepeatedly(server: TestServer, kills: number, sends: number): Promise<Outcome> {
  const verdict = await judge({
    name: serverKilled.name,
    server,
    clients: CLIENTS,
    rooms: 3,
    churnEvery: 60,
    talking: TALKING,
    meanwhile: async (run) => {
      for (let kill = 0; kill < kills; kill++) {
        await run.progress(sends);
        await server.kill();
        await server.restart();
        await run.live();
      }
      await run.progress(sends);
    },
  });
  const { lost, recoveriesMs } = verdict.figures;
  return outcomeOf(verdict, {
    trials: kills,
    broken: unless({ 'every kill closes every connection': lost >= kills * CLIENTS }),
    figures: [{ what: 'slowest recovery', value: worst(recoveriesMs), unit: 'ms', goal: 30_000 }],
  });
}

async function restartRepeatedly(server: TestServer, restarts: number): Promise<Outcome> {
  const exits: (number | null)[] = [];
  const verdict = await judge({
    name: serverRestarted.name,
    server,
    clients: CLIENTS,
    rooms: 3,
    churnEvery: 60,
    meanwhile: async (run) => {
      for (let restart = 0; restart < restarts; restart++) {
        await run.progress(100);
        exits.push(await server.stop());
        await server.restart();
        await run.live();
      }
      await run.progress(100);
    },
  });
  const { lost, recoveriesMs } = verdict.figures;
  const ends = closesSince(verdict.history, 0).map(({ code }) => code);
  const wrongExit = exits.findIndex((code) => code !== 0);
  if (wrongExit !== -1) process.stdout.write(server.output().slice(-5_000));
  return outcomeOf(verdict, {
    trials: restarts,
    broken: unless({
      [`every stop exits with 0: ${exits.join(', ')}`]: wrongExit === -1,
      [`sockets are closed with 1001: ${ends.join(', ')}`]: ends.includes(1001),
    }),
    figures: [
      {
        what: 'connections lost per client and restart',
        value: lost / (restarts * CLIENTS),
        unit: '',
        goal: 1,
      },
      { what: 'slowest recovery', value: worst(recoveriesMs), unit: 'ms' },
    ],
  });
}

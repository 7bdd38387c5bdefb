// Measures the work done in a period, and the processor time it took.

import { CORES, coreSeconds, cpuSeconds, treeCpuSeconds } from '../machine.mjs';

/**
 * Creates a meter, started at once.
 * @param {number} serverPid
 * @param {number} postgresPid
 * @param {() => { deliveries: number, messages: number }} count returns the work done so far
 */
export function createMeter(serverPid, postgresPid, count) {
  let before = reading();
  function reading() {
    const { user, system } = process.cpuUsage();
    return {
      ...count(),
      ms: performance.now(),
      serverCpu: cpuSeconds(serverPid),
      serverCore: coreSeconds(CORES.server),
      postgresCpu: treeCpuSeconds(postgresPid),
      loadCpu: (user + system) / 1e6,
    };
  }
  return {
    /** Starts again from now. */
    start() {
      before = reading();
    },
    /** Returns the figures since the start. */
    read() {
      const after = reading();
      const seconds = (after.ms - before.ms) / 1_000;
      const deliveries = after.deliveries - before.deliveries;
      const serverCpu = after.serverCpu - before.serverCpu;
      return {
        deliveriesPerSecond: deliveries / seconds,
        messagesPerSecond: (after.messages - before.messages) / seconds,
        serverCpuUs: (serverCpu / deliveries) * 1e6,
        serverBusy: serverCpu / seconds,
        othersBusy: Math.max(0, after.serverCore - before.serverCore - serverCpu) / seconds,
        loadBusy: (after.loadCpu - before.loadCpu) / seconds,
        postgresBusy: (after.postgresCpu - before.postgresCpu) / seconds,
      };
    },
  };
}

// node deploy/healthcheck.mjs: ends with 0 when the server of this container can serve, else with 1.

const TIMEOUT_MS = 4_000;

const url = `http://127.0.0.1:${process.env.PORT || 8080}/v1/ready`;
const isReady = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
  (answer) => answer.ok,
  () => false,
);
process.exitCode = isReady ? 0 : 1;

// node deploy/healthcheck.mjs: exits with 0 when this container's server is ready, else with 1.

const TIMEOUT_MS = 4_000;

const url = `http://127.0.0.1:${process.env.PORT || 8080}/v1/ready`;
const isReady = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
  (response) => response.ok,
  () => false,
);
process.exitCode = isReady ? 0 : 1;

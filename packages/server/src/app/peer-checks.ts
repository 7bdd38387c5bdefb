/** The doors' first checks of a request: who sent it, and for which page. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createIdentify, createOriginCheck, createTrustCheck, remoteAddressOf } from '../doors/peer.ts';
import { ProxyDiagnosis } from '../doors/proxy-diagnosis.ts';
import type { AppDeps } from './deps.ts';

/** Returns functions that read peers and origins, and that tell the log of a proxy that needs another setting. */
export function peerChecks({
  config,
  log,
  newId,
}: Pick<AppDeps, 'config' | 'log'> & { newId: () => string }) {
  const { trustedProxies, allowedOrigins } = config;
  const isTrusted = createTrustCheck(trustedProxies);
  const diagnosis = new ProxyDiagnosis({
    isTrusted,
    report: (finding, evidence) => log.warn(evidence, finding),
  });
  const identify = createIdentify({ trustedProxies, newId });
  const allowsOrigin = createOriginCheck(allowedOrigins);
  return {
    isProxy: (socket: Socket) => trustedProxies !== null && isTrusted(remoteAddressOf(socket)),
    identify(request: IncomingMessage) {
      const peer = identify(request);
      diagnosis.observe(request, peer);
      return peer;
    },
    allowsOrigin(request: IncomingMessage) {
      const isAllowed = allowsOrigin(request);
      if (!isAllowed) diagnosis.originRefused(request);
      return isAllowed;
    },
    onNoUpgrade: (request: IncomingMessage, reason: string) => diagnosis.upgradeMissing(request, reason),
  };
}

/** Names a misconfigured proxy in the log, with the setting that mends it. Each finding is told once. */
import type { IncomingMessage } from 'node:http';
import type { Peer } from '../chat/caller.ts';
import { remoteAddressOf } from './peer.ts';

/** The parts that ProxyDiagnosis works with. */
export type ProxyDiagnosisDeps = {
  /** Whether TRUST_PROXY names an address. */
  isTrusted: (address: string) => boolean;
  /** Called with each finding, and the headers and addresses that it follows from. */
  report: (finding: string, evidence: Record<string, string>) => void;
};

/** Findings of one kind with different evidence that are told: a stranger can cause as many as they like. */
export const FINDINGS_PER_KIND_MAX = 3;

/** Looks at requests, and remembers what was told. */
export class ProxyDiagnosis {
  readonly #deps: ProxyDiagnosisDeps;
  readonly #told = new Map<Kind, Set<string>>();

  constructor(deps: ProxyDiagnosisDeps) {
    this.#deps = deps;
  }

  /** Looks at any request. */
  observe(request: IncomingMessage, { isSecure }: Peer): void {
    const { headers, socket } = request;
    const { origin, host } = headers;
    const reports = headers['x-forwarded-for'] ?? headers['x-forwarded-proto'];
    // Most requests end here. Only a browser sends an Origin: a health check of the proxy itself has no client.
    if (reports === undefined && origin === undefined) return;
    const proxy = remoteAddressOf(socket);
    if (!this.#deps.isTrusted(proxy)) {
      if (reports !== undefined) this.#tell('untrusted', proxy, { proxy });
    } else if (headers['x-forwarded-for'] === undefined) this.#tell('silent', proxy, { proxy });
    if (origin === `https://${host}` && !isSecure) this.#tell('plain', origin, { origin, proxy });
  }

  /** Called with a request whose Origin was refused. */
  originRefused({ headers: { origin = '', host = '' } }: IncomingMessage): void {
    this.#tell('origin', origin, { origin, host });
  }

  /** Called with a request for a socket's path that asked for no upgrade. */
  upgradeMissing({ socket, headers }: IncomingMessage, reason: string): void {
    const proxy = remoteAddressOf(socket);
    this.#tell('upgrade', proxy, { from: proxy, reason, userAgent: headers['user-agent'] ?? '' });
  }

  #tell(kind: Kind, key: string, evidence: Record<string, string>): void {
    const told = this.#told.get(kind) ?? new Set();
    if (told.has(key) || told.size >= FINDINGS_PER_KIND_MAX) return;
    this.#told.set(kind, told.add(key));
    this.#deps.report(FINDINGS[kind], evidence);
  }
}

type Kind = keyof typeof FINDINGS;

/** The findings in the log, by kind of misconfigured proxy. */
export const FINDINGS = {
  untrusted:
    'a request has X-Forwarded-For or X-Forwarded-Proto, but TRUST_PROXY does not name its sender: if that is your proxy, ' +
    'set TRUST_PROXY to its address, or all people share one address',
  silent:
    'a proxy that TRUST_PROXY names sends no X-Forwarded-For, so all people share its address: let the proxy set it',
  plain:
    'a page was opened by https, but no trusted proxy says so: let the proxy set X-Forwarded-Proto, and name it in ' +
    'TRUST_PROXY, or cookies are not Secure',
  origin:
    'a page of another origin was refused: if people open banter there, set PUBLIC_URL to that origin, or add it to ' +
    'ALLOWED_ORIGINS',
  upgrade:
    'a request for a WebSocket came without its upgrade: let the proxy use HTTP/1.1 and pass on Upgrade and Connection ' +
    '(docs/operations.md, "Behind a reverse proxy")',
} as const;

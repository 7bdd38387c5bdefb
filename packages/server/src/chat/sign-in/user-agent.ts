/** Describes a device by its user agent, for the list of sessions. */

/**
 * Returns a guess such as `Firefox on Linux` or `curl`; the program's own name if it is not known, `unknown` for an
 * empty one.
 */
export function describeDevice(userAgent: string): string {
  const program = PROGRAMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  if (program && system) return `${program} on ${system}`;
  return program ?? system ?? ownName(userAgent);
}

/** The first match wins: most browsers name others too. */
const PROGRAMS: readonly [string, RegExp][] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|Chromium)\//],
  ['Safari', /\bVersion\/[\d.]+ .*\bSafari\//],
];

const SYSTEMS: readonly [string, RegExp][] = [
  ['Android', /\bAndroid\b/],
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b|\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b|\bX11\b/],
];

const OWN_NAME_MAX_CHARS = 40;

/** The first word without its version, as of curl, wget and most programs. */
function ownName(userAgent: string): string {
  const [first = ''] = userAgent.trim().split(/[\s/]/);
  const name = first.replace(/[^\w.-]/g, '').slice(0, OWN_NAME_MAX_CHARS);
  return name === '' ? 'unknown' : name;
}

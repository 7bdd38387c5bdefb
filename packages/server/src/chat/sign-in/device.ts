/** What a session was opened with, in two words that its person knows it by: a guess from the user agent, text only. */

/** `Firefox on Linux`, `curl`, or what the agent calls itself; `unknown` where it says nothing. */
export function deviceOf(userAgent: string): string {
  const program = PROGRAMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  if (program && system) return `${program} on ${system}`;
  return program ?? system ?? ownName(userAgent);
}

/** In this order: most browsers call themselves by the names of others too. */
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

/** The first word without its version: what curl, wget and most programs are. */
function ownName(userAgent: string): string {
  const [first = ''] = userAgent.trim().split(/[\s/]/);
  const name = first.replace(/[^\w.-]/g, '').slice(0, OWN_NAME_MAX_CHARS);
  return name === '' ? 'unknown' : name;
}

/** The rates of what people and addresses may do, as settings: `burst/perSecond`, or `off`. */

/** So many at once, then so many a second. */
export type Rate = { burst: number; perSecond: number };

/** Each rate's setting, by the kind of act that it is for. */
export const RATE_SETTINGS = {
  send: { name: 'RATE_SEND', fallback: '400/40', meaning: 'messages and edits of one person' },
  room: {
    name: 'RATE_ROOM',
    fallback: '2000/200',
    meaning: 'messages and edits in one room, of all its people',
  },
  typing: { name: 'RATE_TYPING', fallback: '20/2', meaning: 'typing notices of one person' },
  createRoom: {
    name: 'RATE_CREATE_ROOM',
    fallback: '60/0.2',
    meaning: 'rooms and invitations that one person makes',
  },
  search: { name: 'RATE_SEARCH', fallback: '60/5', meaning: 'searches of one person' },
  act: { name: 'RATE_ACT', fallback: '2000/200', meaning: 'all other calls and commands of one person' },
  visit: { name: 'RATE_VISIT', fallback: '600/50', meaning: 'calls without a sign-in from one address' },
  register: { name: 'RATE_REGISTER', fallback: '200/0.5', meaning: 'accounts made from one address' },
  login: { name: 'RATE_LOGIN', fallback: '200/2', meaning: 'tries to sign in from one address' },
  upgrade: { name: 'RATE_SOCKETS', fallback: '3000/100', meaning: 'sockets opened from one address' },
} as const;

export type RateKind = keyof typeof RATE_SETTINGS;

/** By kind; null where its setting is `off`. */
export type Rates = { [K in RateKind]: Rate | null };

/** More is as good as `off`, and a bucket that fills slower than this looks like a mistake. */
const BURST_MAX = 1_000_000;
const PER_SECOND_MIN = 0.001;

/** A rate from its setting's text; undefined for what is none. */
export function parseRate(text: string): Rate | null | undefined {
  if (text === 'off') return null;
  const [, burst, perSecond] = /^(\d{1,7})\/(\d{1,7}(?:\.\d{1,6})?)$/.exec(text) ?? [];
  const rate = { burst: Number(burst), perSecond: Number(perSecond) };
  const isSane = rate.burst >= 1 && rate.burst <= BURST_MAX && rate.perSecond >= PER_SECOND_MIN;
  return isSane && rate.perSecond <= BURST_MAX ? rate : undefined;
}

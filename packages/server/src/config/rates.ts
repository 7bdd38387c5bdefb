/** The settings of rate limits for people and addresses: `burst/perSecond`, or `off`. */

/** A rate limit: `burst` at once, then `perSecond` a second. */
export type Rate = { burst: number; perSecond: number };

/** The setting of each rate limit, by kind. */
export const RATE_SETTINGS = {
  send: { name: 'RATE_SEND', fallback: '400/40', meaning: 'messages and edits of one person' },
  room: {
    name: 'RATE_ROOM',
    fallback: '2000/200',
    meaning: 'events of one room, by all its people together; messages, edits and reactions wait for it',
  },
  event: {
    name: 'RATE_EVENTS',
    fallback: '120/2',
    meaning: 'events of one person in one room that are no messages, such as joins and reactions',
  },
  toggle: {
    name: 'RATE_TOGGLES',
    fallback: '4/0.1',
    meaning: 'changes to and fro of one thing in a room by one person, such as a reaction or a membership',
  },
  typing: {
    name: 'RATE_TYPING',
    fallback: '20/2',
    meaning: 'typing notices of one person, and changes of the display name',
  },
  createRoom: {
    name: 'RATE_CREATE_ROOM',
    fallback: '60/0.2',
    meaning: 'rooms and invitations created by one person',
  },
  createRoomAt: {
    name: 'RATE_ROOMS_AT_ADDRESS',
    fallback: '200/0.02',
    meaning: 'open and closed rooms created from one address, by all accounts together',
  },
  search: { name: 'RATE_SEARCH', fallback: '60/5', meaning: 'searches of one person' },
  act: { name: 'RATE_ACT', fallback: '2000/200', meaning: 'all other calls and commands of one person' },
  visit: { name: 'RATE_VISIT', fallback: '600/50', meaning: 'calls from one address without a sign-in' },
  register: { name: 'RATE_REGISTER', fallback: '200/0.5', meaning: 'registrations from one address' },
  login: { name: 'RATE_LOGIN', fallback: '200/2', meaning: 'sign-in attempts from one address' },
  prove: {
    name: 'RATE_PASSWORDS',
    fallback: '20/0.1',
    meaning: 'calls of one signed-in person that ask for their password',
  },
  failure: {
    name: 'RATE_FAILURES',
    fallback: '1000/50',
    meaning: 'failing requests from one address without a sign-in, before they are refused unread',
  },
  flood: {
    name: 'RATE_FLOODS',
    fallback: '20/0.2',
    meaning: 'connections of one address that are cut for a flood, before its new ones are closed at once',
  },
  upgrade: { name: 'RATE_SOCKETS', fallback: '3000/100', meaning: 'sockets opened from one address' },
} as const;

/** The kind of a rate limit. */
export type RateKind = keyof typeof RATE_SETTINGS;

/** The rate limits by kind. Null means no limit: its setting is `off`. */
export type Rates = { [K in RateKind]: Rate | null };

/** A larger burst would limit nothing, and a slower rate is probably a typing error. */
const BURST_MAX = 1_000_000;
const PER_SECOND_MIN = 0.001;

/** Parses a setting's value. @returns null for `off`, undefined when the value is invalid. */
export function parseRate(text: string): Rate | null | undefined {
  if (text === 'off') return null;
  const [, burst, perSecond] = /^(\d{1,7})\/(\d{1,7}(?:\.\d{1,6})?)$/.exec(text) ?? [];
  const rate = { burst: Number(burst), perSecond: Number(perSecond) };
  const isSane = rate.burst >= 1 && rate.burst <= BURST_MAX && rate.perSecond >= PER_SECOND_MIN;
  return isSane && rate.perSecond <= BURST_MAX ? rate : undefined;
}

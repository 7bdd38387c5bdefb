/** The table of settings: their names, defaults and descriptions. */
import { RATE_SETTINGS } from './rates.ts';

/** One setting: its environment variable, its default, and its description. */
type Setting = { name: string; fallback: string; meaning: string };

/** Every setting, in the order of the documents. An empty fallback means no default. */
export const SETTINGS: readonly Setting[] = [
  { name: 'PORT', fallback: '8080', meaning: 'the port to listen on; 0 chooses a free one' },
  {
    name: 'HOST',
    fallback: '127.0.0.1',
    meaning: 'the address to listen on; 0.0.0.0 means every address of the machine',
  },
  {
    name: 'DATA_DIR',
    fallback: './data',
    meaning: 'the folder for the embedded PostgreSQL and generated secrets',
  },
  {
    name: 'DATABASE_URL',
    fallback: '',
    meaning: 'a PostgreSQL server (15 or newer) to use instead of the embedded one',
  },
  {
    name: 'JWT_SECRET',
    fallback: '',
    meaning: 'signs access tokens; at least 32 bytes; required with DATABASE_URL',
  },
  {
    name: 'JWT_SECRET_PREVIOUS',
    fallback: '',
    meaning: 'the previous secret, accepted while its tokens live',
  },
  { name: 'NATS_URL', fallback: '', meaning: 'reserved for several nodes; must be unset' },
  {
    name: 'PUBLIC_URL',
    fallback: '',
    meaning: 'the address that people open, such as https://chat.example.net',
  },
  {
    name: 'ALLOWED_ORIGINS',
    fallback: '',
    meaning: 'further origins whose pages may open sockets, separated by commas',
  },
  {
    name: 'TRUST_PROXY',
    fallback: 'off',
    meaning: 'trusted proxies: off, loopback, or their addresses and subnets, separated by commas',
  },
  {
    name: 'REGISTRATION',
    fallback: 'open',
    meaning: 'who may register: open, invite or closed; the first account becomes the administrator',
  },
  {
    name: 'LOBBY',
    fallback: 'lobby',
    meaning: 'the room that new accounts join, created on a server without rooms; off for none',
  },
  {
    name: 'LOG_LEVEL',
    fallback: 'info',
    meaning: 'the least important level to log: fatal, error, warn, info, debug or trace',
  },
  {
    name: 'LOG_FORMAT',
    fallback: 'auto',
    meaning: 'pretty, json, or auto: pretty on a terminal and json elsewhere',
  },
  {
    name: 'RATE_LIMITS',
    fallback: 'on',
    meaning: 'off removes all rate limits; for measurements on loopback only',
  },
  { name: 'MAX_ROOMS_OWNED', fallback: '100', meaning: 'rooms that one person may own' },
  { name: 'MAX_ROOMS_JOINED', fallback: '500', meaning: 'rooms that one person may be in' },
  { name: 'MAX_SUBSCRIPTIONS', fallback: '500', meaning: 'rooms that one socket may follow' },
  {
    name: 'KEEP_BANS_DAYS',
    fallback: '30',
    meaning: 'how long bans and mutes are kept after they have expired',
  },
  { name: 'KEEP_REPORTS_DAYS', fallback: '90', meaning: 'how long reports are kept after they were closed' },
  {
    name: 'QUOTA_DAILY_MIB',
    fallback: '50',
    meaning: 'MiB of messages that one person may store on one day (UTC), or off',
  },
  {
    name: 'MIN_FREE_DISK_MIB',
    fallback: '256',
    meaning:
      'MiB that must stay free on the disk of the embedded PostgreSQL, or off; with less, nothing new is stored',
  },
  {
    name: 'MAX_DATABASE_MIB',
    fallback: 'off',
    meaning: 'MiB that the database may have, or off; with more, nothing new is stored',
  },
  ...Object.values(RATE_SETTINGS),
];

// The clients of an XMPP server, over WebSockets (RFC 7395). Each has an account of its own.

import { clientFrame } from '../../load/frames.mjs';
import { CONTENT, ID } from '../load/plan.mjs';
import { clientsOf, openWebSocket, say } from './websocket.mjs';

/** @typedef {import('../load/plan.mjs').Step} Step */

/** As many accounts as the largest number of clients. */
export const ACCOUNTS = 10_000;
export const PASSWORD = 'pw';
export const DOMAIN = 'localhost';
export const ROOMS_DOMAIN = `conference.${DOMAIN}`;
export const ROOM = 'bench';

const OPEN = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${DOMAIN}' version='1.0'/>`;
const FEATURES = '</stream:features>';

/**
 * Returns the name of an account. All have the same length.
 * @param {number} index
 */
export function accountName(index) {
  return `u${String(index).padStart(5, '0')}`;
}

/**
 * Returns the clients of a server.
 * @param {{ port: number, path: string }} server
 */
export function xmppClients({ port, path }) {
  /** @param {number} index @param {string} room */
  const joined = (index, room) => [
    ...openWebSocket({ port, path, protocol: 'xmpp' }),
    ...signIn(index),
    ...enter(index, room),
  ];
  const message = clientFrame(
    `<message xmlns='jabber:client' type='groupchat' to='${ROOM}@${ROOMS_DOMAIN}' id='${ID}'><body>${CONTENT}</body></message>`,
  );
  return {
    /** @param {number} count */
    join: async (count) => clientsOf(count, (index) => ({ steps: joined(index, ROOM), message })),
    /** @param {number} count @param {number} perRoom */
    idle: async (count, perRoom) =>
      clientsOf(count, (index) => ({ steps: joined(index, `room${Math.floor(index / perRoom)}`) })),
    /**
     * Returns clients that read the archive in pages.
     * @param {number} count
     * @param {Array<{ max: number, before: string }>} pages the newest first; `before` is the id of an entry, or ''
     */
    read: (count, pages) =>
      clientsOf(count, (index) => ({
        steps: [
          ...joined(index, ROOM),
          ...pages.flatMap(({ max, before }, page) => readPage(page, max, before)),
        ],
      })),
  };
}

/**
 * @param {number} index
 * @returns {Step[]}
 */
function signIn(index) {
  const plain = Buffer.from(`\0${accountName(index)}\0${PASSWORD}`).toString('base64');
  return [
    say(OPEN),
    { wait: FEATURES },
    say(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`),
    { wait: '<success' },
    say(OPEN),
    { wait: FEATURES },
    say(
      "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>",
    ),
    { wait: '</bind>' },
  ];
}

/**
 * Enters a room without its history. The server confirms it with the status 110.
 * @param {number} index
 * @param {string} room
 * @returns {Step[]}
 */
function enter(index, room) {
  const to = `${room}@${ROOMS_DOMAIN}/${accountName(index)}`;
  return [
    say(
      `<presence xmlns='jabber:client' to='${to}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`,
    ),
    { wait: "code='110'" },
  ];
}

/**
 * Reads a page of the archive (XEP-0313).
 * @param {number} page
 * @param {number} max
 * @param {string} before
 * @returns {Step[]}
 */
function readPage(page, max, before) {
  const range = `<set xmlns='http://jabber.org/protocol/rsm'><max>${max}</max><before>${before}</before></set>`;
  return [
    say(
      `<iq xmlns='jabber:client' type='set' to='${ROOM}@${ROOMS_DOMAIN}' id='page${page}'><query xmlns='urn:xmpp:mam:2'>${range}</query></iq>`,
    ),
    { wait: '<fin ' },
  ];
}

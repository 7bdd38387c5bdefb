// A small client of NATS, for the requests that set up a stream.

import { connect } from 'node:net';

const TIMEOUT_MS = 5_000;
const INBOX = 'setup';

/**
 * Sends one request and returns the answer.
 * @param {number} port of plain NATS
 * @param {string} subject
 * @param {object} body
 * @returns {Promise<Record<string, unknown>>}
 * @throws {Error} if the server refuses the request or does not answer
 */
export function request(port, subject, body) {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    const end = (/** @type {() => void} */ settle) => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`no answer to ${subject}`))), TIMEOUT_MS);
    socket
      .setEncoding('utf8')
      .on('error', (error) => end(() => reject(error)))
      .on('data', (piece) => {
        heard += piece;
        const answer = answerIn(heard);
        if (answer)
          end(() => ('error' in answer ? reject(new Error(JSON.stringify(answer))) : resolve(answer)));
      });
    socket.write(
      `CONNECT {"verbose":false}\r\nSUB ${INBOX} 1\r\nPUB ${subject} ${INBOX} ${Buffer.byteLength(text)}\r\n${text}\r\n`,
    );
  });
}

/**
 * Returns the first message in what a server sent.
 * @param {string} heard
 * @returns {Record<string, unknown> | null} null before it is complete
 */
export function answerIn(heard) {
  const head = /MSG \S+ \S+ (?:\S+ )?(\d+)\r\n/.exec(heard);
  if (!head) return null;
  const body = heard.slice(head.index + head[0].length);
  const length = Number(head[1]);
  return Buffer.byteLength(body) < length
    ? null
    : JSON.parse(Buffer.from(body).subarray(0, length).toString());
}

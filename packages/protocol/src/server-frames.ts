/** Encodes and decodes the frames that a server sends. */
import { encodeJson, escapeControls, hasRawControl } from './encode-json.ts';
import type { ServerEvent } from './events.ts';

/**
 * Encodes an event as one line of a server frame. JSON has no raw line feed, so a line feed can separate lines. Control
 * characters are escaped as encodeJson does.
 */
export function encodeEvent(event: ServerEvent): string {
  if (event.type !== 'message') return encodeJson(event);
  const json = JSON.stringify(event);
  // Only these two fields of a message are free text. To look at the whole line would cost each message ten times as much.
  const isPlain = !hasRawControl(event.content ?? '') && !hasRawControl(event.quote?.line ?? '');
  return isPlain ? json : escapeControls(json);
}

/**
 * Decodes one server frame. Skips lines that are not an object with a `type`, which a newer server may send.
 * @throws SyntaxError if a line is not JSON.
 */
export function decodeFrame(text: string): ServerEvent[] {
  const events: ServerEvent[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event: unknown = JSON.parse(line);
    if (isObject(event) && typeof event.type === 'string') events.push(event as ServerEvent);
  }
  return events;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

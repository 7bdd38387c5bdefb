/** Reads request bodies and queries within limits, and checks them against a schema. Unknown fields are rejected. */
import type { IncomingMessage } from 'node:http';
import { ChatError, exceedsDepth, FRAME_MAX_BYTES, JSON_MAX_DEPTH } from '@banter/protocol';
import type { z } from 'zod';
import { invalid, isWholeNumber, queryFields } from '../../doors/query.ts';
import type { HttpContext } from '../context.ts';
import type { Body } from '../route.ts';
import { describeIssue } from './issue-messages.ts';
import { numbersOf } from './query-numbers.ts';

/** Reads a request's body in the form that its route declares. @throws ChatError invalid, too_large. */
export function readInput(c: HttpContext, { schema, isOptional, textField }: Body): Promise<unknown> {
  if (textField !== undefined) return readJsonOrText(c, schema, textField);
  return isOptional ? readOptionalJson(c, schema) : readJson(c, schema);
}

/** Reads a request's JSON body. @throws ChatError invalid, too_large. */
export async function readJson<T>(c: HttpContext, schema: z.ZodType<T>): Promise<T> {
  requireType(c, 'application/json');
  return parseJson(await readBody(c), schema);
}

/** Reads a JSON body like readJson. A missing body counts as {}. */
export async function readOptionalJson<T>(c: HttpContext, schema: z.ZodType<T>): Promise<T> {
  const body = await readBody(c);
  if (body === '') return check({}, schema);
  requireType(c, 'application/json');
  return parseJson(body, schema);
}

/** Reads a JSON body like readJson, or a plain text that becomes the field `textField`. */
export async function readJsonOrText<T>(c: HttpContext, schema: z.ZodType<T>, textField: string): Promise<T> {
  if (hasType(c, 'text/plain')) return check({ [textField]: await readBody(c) }, schema);
  if (hasType(c, 'application/json')) return readJson(c, schema);
  throw new ChatError(
    'invalid',
    `send plain text with Content-Type: text/plain, or a JSON object with ${textField} and Content-Type: application/json`,
  );
}

function hasType(c: HttpContext, type: string): boolean {
  return c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase() === type;
}

/**
 * Returns a function that reads a request's query. Each parameter may be given once, and a number has one spelling. It throws
 * ChatError invalid.
 */
export function queryReader<T>(schema: z.ZodType<T>): (c: HttpContext) => T {
  const numbers = numbersOf(schema);
  return (c) => readQuery(c, schema, numbers);
}

function readQuery<T>(c: HttpContext, schema: z.ZodType<T>, numbers: readonly string[]): T {
  const { url } = c.req;
  const start = url.indexOf('?');
  const fields = queryFields(start < 0 ? '' : url.slice(start));
  // The schemas turn texts into numbers as JavaScript does, which also reads '' and 1e1.
  for (const name of numbers) {
    const value = fields[name];
    if (value !== undefined && !isWholeNumber(value)) throw invalid(name, 'must be a whole number');
  }
  return check(fields, schema);
}

/** Returns the parsed value. @throws ChatError invalid, with an entry for each wrong field. */
function check<T>(value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    message: issue.message,
  }));
  const detail = fields.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; ');
  throw new ChatError('invalid', detail, { fields });
}

function parseJson<T>(body: string, schema: z.ZodType<T>): T {
  if (exceedsDepth(body, JSON_MAX_DEPTH)) {
    throw new ChatError('invalid', `the body is nested deeper than ${JSON_MAX_DEPTH} levels`);
  }
  return check(parse(body), schema);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ChatError('invalid', 'the body must be JSON');
  }
}

function requireType(c: HttpContext, type: string): void {
  if (!hasType(c, type)) throw new ChatError('invalid', `send the body with Content-Type: ${type}`);
}

/** Reads at most FRAME_MAX_BYTES of UTF-8, whatever Content-Length says. A byte order mark before the text is dropped. */
async function readBody(c: HttpContext): Promise<string> {
  const { incoming } = c.env;
  requirePlainCoding(c);
  requireUtf8(c.req.header('Content-Type') ?? '');
  if (Number(incoming.headers['content-length'] ?? 0) > FRAME_MAX_BYTES) throw tooLarge();
  const body = await readBytes(incoming);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ChatError('invalid', 'the body must be UTF-8');
  }
}

/** Checks that the body is not compressed (RFC 9110 8.4, 12.5.3). @throws ChatError unsupported_media_type. */
function requirePlainCoding(c: HttpContext): void {
  const coding = c.req.header('Content-Encoding')?.trim() ?? '';
  if (coding === '' || /^identity$/i.test(coding)) return;
  c.header('Accept-Encoding', 'identity');
  throw new ChatError(
    'unsupported_media_type',
    `the Content-Encoding ${coding} is not accepted: send the body as it is, without compression`,
  );
}

/** Checks the charset that a Content-Type names. @throws ChatError unsupported_media_type for any but UTF-8. */
function requireUtf8(contentType: string): void {
  for (const [, quoted, bare = ''] of contentType.matchAll(CHARSET_PATTERN)) {
    const charset = quoted ?? bare;
    if (!/^utf-?8$/i.test(charset))
      throw new ChatError('unsupported_media_type', `the charset ${charset} is not accepted: send UTF-8`);
  }
}

const CHARSET_PATTERN = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/gi;

async function readBytes(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > FRAME_MAX_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ChatError) throw error;
    // The client disconnected in the middle of the body. That is not a server fault.
    throw new ChatError('invalid', 'the body ended early', { cause: error });
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ChatError {
  return new ChatError('too_large', `a body may have at most ${FRAME_MAX_BYTES} bytes`);
}

/** Reads request bodies and queries within limits, and checks them against a schema. Unknown fields are rejected. */
import type { IncomingMessage } from 'node:http';
import { ChatError, exceedsDepth, FRAME_MAX_BYTES, JSON_MAX_DEPTH } from '@banter/protocol';
import type { z } from 'zod';
import type { HttpContext } from '../context.ts';
import type { Body } from '../route.ts';
import { describeIssue } from './issue-messages.ts';

/** Reads a request's body in the form that its route declares. @throws ChatError invalid, too_large. */
export function readInput(c: HttpContext, { schema, isOptional, textField }: Body): Promise<unknown> {
  if (textField !== undefined) return readJsonOrText(c, schema, textField);
  return isOptional ? readOptionalJson(c, schema) : readJson(c, schema);
}

/** Reads a request's JSON body. @throws ChatError invalid, too_large. */
export async function readJson<T>(c: HttpContext, schema: z.ZodType<T>): Promise<T> {
  requireType(c, 'application/json');
  return parseJson(await readBody(c.env.incoming), schema);
}

/** Reads a JSON body like readJson. A missing body counts as {}. */
export async function readOptionalJson<T>(c: HttpContext, schema: z.ZodType<T>): Promise<T> {
  const body = await readBody(c.env.incoming);
  if (body === '') return check({}, schema);
  requireType(c, 'application/json');
  return parseJson(body, schema);
}

/** Reads a JSON body like readJson, or a plain text that becomes the field `textField`. */
export async function readJsonOrText<T>(c: HttpContext, schema: z.ZodType<T>, textField: string): Promise<T> {
  if (hasType(c, 'text/plain')) return check({ [textField]: await readBody(c.env.incoming) }, schema);
  if (hasType(c, 'application/json')) return readJson(c, schema);
  throw new ChatError(
    'invalid',
    `send plain text with Content-Type: text/plain, or a JSON object with ${textField} and Content-Type: application/json`,
  );
}

function hasType(c: HttpContext, type: string): boolean {
  return c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase() === type;
}

/** Reads a request's query. @throws ChatError invalid. */
export function readQuery<T>(c: HttpContext, schema: z.ZodType<T>): T {
  return check(c.req.query(), schema);
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

/** Reads at most FRAME_MAX_BYTES, whatever Content-Length says. */
async function readBody(incoming: IncomingMessage): Promise<string> {
  if (Number(incoming.headers['content-length'] ?? 0) > FRAME_MAX_BYTES) throw tooLarge();
  const body = await readBytes(incoming);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new ChatError('invalid', 'the body must be UTF-8');
  }
}

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

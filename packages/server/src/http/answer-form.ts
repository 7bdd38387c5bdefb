/** The forms of an answer: whole, or short for a token that may not read [T2]. chat/answers.ts decides what is in each. */
import type { TokenScope } from '@banter/protocol';
import { z } from 'zod';
import { type ShortForm, shortFormOf, shownOf } from '../chat/answers.ts';
import type { Permissions } from '../chat/permissions.ts';
import type { Media, Route } from './route.ts';

type Schema = z.ZodType | Media | null;

/**
 * Returns the schema of the short form of an answer; null if the call has none.
 * @throws TypeError for a call that changes something, and whose answer has no row in chat/answers.ts.
 */
export function shortSchemaOf(route: Route, schema: Schema): z.ZodType | null {
  const scope = scopeOfChange(route);
  if (scope === null || schema === null || 'mediaTypes' in schema) return null;
  const name = nameOf(schema);
  const fields = shortFormOf(name, scope);
  return fields && narrowed(schema, fields).meta({ id: `${name}Short` });
}

/** Returns what the caller may see of a result. */
export function shownAnswer(
  route: Route,
  schema: z.ZodType,
  result: unknown,
  permissions: Permissions | undefined,
): unknown {
  const name = nameOf(schema);
  if (scopeOfChange(route) === null || !permissions || name === undefined) return result;
  return shownOf(result, name, permissions);
}

/** Returns the scope of a signed-in call that changes something, or null. A call that only reads has the scope of its answer. */
function scopeOfChange(route: Route): TokenScope | null {
  return route.who === 'signed-in' && route.method !== 'GET' ? route.scope : null;
}

function nameOf(schema: z.ZodType): string | undefined {
  return schema.meta()?.id;
}

/** Returns a schema with only these fields. */
function narrowed(schema: z.ZodType, fields: ShortForm): z.ZodObject {
  const { shape } = schema as z.ZodObject;
  const kept = Object.entries(fields).map(([field, inner]) => {
    const whole = shape[field] as z.ZodType;
    return [field, inner === true ? whole : narrowed(innerOf(whole), inner).exactOptional()];
  });
  return z.object(Object.fromEntries(kept));
}

/** Returns the schema of an optional field's value. */
function innerOf(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodExactOptional ? (schema.unwrap() as z.ZodType) : schema;
}

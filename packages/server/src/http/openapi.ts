/** Builds the API's description (OpenAPI 3.1) from the same table that checks requests, so the two cannot differ. */
import { STATUS_CODES } from 'node:http';
import { ERROR_STATUSES, ERRORS, type ErrorCode } from '@banter/protocol';
import { z } from 'zod';
import { shortSchemaOf } from './answer-form.ts';
import type { ApiDescription, Content, Json, Operation, Parameter } from './api-description.ts';
import { PARAMS, paramNames } from './input/params.ts';
import type { Body, Media, Route } from './route.ts';
import { problem } from './schemas/schemas.ts';

/** Describes the routes below /v1. */
export function describeApi(routes: readonly Route[]): ApiDescription {
  const schemas: Record<string, Json> = {};
  const paths: ApiDescription['paths'] = {};
  for (const route of routes) {
    paths[route.path] = {
      ...paths[route.path],
      [route.method.toLowerCase()]: operationOf(route, schemaWriter(schemas)),
    };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'banter', version: '1', summary: 'Chat for people who live in a terminal' },
    servers: [{ url: '/v1' }],
    paths,
    components: { schemas, securitySchemes: { bearer: BEARER, ticket: TICKET } },
  };
}

/** Returns the error codes of a route: its own, and those that follow from its sign-in, path, query and body. */
export function errorsOf(route: Route): ErrorCode[] {
  const { path, query, body, errors = [] } = route;
  const isSignedIn = route.who === 'signed-in';
  const following: [boolean, readonly ErrorCode[]][] = [
    [isSignedIn, ['unauthenticated', 'forbidden', 'rate_limited']],
    [route.who === 'public' && route.rate !== undefined, ['rate_limited']],
    [checksAddressBan(route), ['forbidden']],
    [path.includes('{'), ['not_found']],
    [query !== undefined || body !== undefined, ['invalid']],
    [body !== undefined, ['too_large', 'unsupported_media_type']],
  ];
  const given = following.flatMap(([applies, codes]) => (applies ? codes : []));
  return [...new Set([...errors, ...given, ...ALWAYS])];
}

/** Tells whether a route rejects banned addresses. All do, except public reads. */
export function checksAddressBan({ who, method }: Pick<Route, 'who' | 'method'>): boolean {
  return who === 'signed-in' || method !== 'GET';
}

const ALWAYS: readonly ErrorCode[] = ['internal', 'overloaded', 'unavailable'];

const BEARER = {
  type: 'http',
  scheme: 'bearer',
  description:
    'An access token from POST /v1/auth/login, or a personal access token from POST /v1/tokens with the scope listed for the operation.',
};

const TICKET = {
  type: 'apiKey',
  in: 'query',
  name: 'ticket',
  description: 'A single-use ticket from POST /v1/tickets.',
};

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => Json;

function operationOf(route: Route, schemaOf: SchemaOf): Operation {
  const { method, path, summary, body } = route;
  return {
    operationId: operationIdOf(method, path),
    summary,
    tags: [path.split('/')[1] ?? ''],
    security: securityOf(route),
    parameters: parametersOf(route, schemaOf),
    ...(body ? { requestBody: requestBodyOf(body, schemaOf) } : {}),
    responses: responsesOf(route, errorsOf(route), schemaOf),
  };
}

function securityOf(route: Route): Operation['security'] {
  if (route.who === 'public') return [];
  return [{ bearer: [route.scope] }, ...(route.takesTicket ? [{ ticket: [] }] : [])];
}

/** Names an operation: `PUT /rooms/{roomId}/members/{userId}` is putRoomMember. */
function operationIdOf(method: string, path: string): string {
  const segments = path.replaceAll(/s?\/\{\w+\}/g, '').split(/[^A-Za-z0-9]+/);
  return method.toLowerCase() + segments.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('');
}

function parametersOf({ path, query, headers = {} }: Route, schemaOf: SchemaOf): Parameter[] {
  const inPath = paramNames(path).map((name) => {
    const schema = schemaOf(PARAMS[name].schema, 'input');
    return { name, in: 'path' as const, required: true, schema };
  });
  const inHeaders = Object.entries(headers).map(([name, description]) => {
    return { name, in: 'header' as const, required: false, description, schema: { type: 'string' } };
  });
  return [...inPath, ...(query ? queryParametersOf(schemaOf(query, 'input')) : []), ...inHeaders];
}

function queryParametersOf({ properties = {}, required = [] }: Json): Parameter[] {
  return Object.entries(properties as Record<string, Json>).map(([name, schema]) => {
    return { name, in: 'query' as const, required: (required as string[]).includes(name), schema };
  });
}

function requestBodyOf({ schema, isOptional, textField }: Body, schemaOf: SchemaOf) {
  const text = textField === undefined ? {} : { 'text/plain': { schema: { type: 'string' } } };
  return {
    required: !isOptional,
    content: { 'application/json': { schema: schemaOf(schema, 'input') }, ...text },
  };
}

function responsesOf(route: Route, errors: ErrorCode[], schemaOf: SchemaOf): Operation['responses'] {
  const responses: Operation['responses'] = {};
  for (const [status, answer] of Object.entries(route.answers)) {
    const content = answer && contentOf(route, answer, schemaOf);
    responses[status] = { description: STATUS_CODES[status] ?? '', ...(content ? { content } : {}) };
  }
  for (const status of new Set(errors.map((code) => ERROR_STATUSES[code]))) {
    const codes = errors.filter((code) => ERROR_STATUSES[code] === status);
    const named = { properties: { code: { enum: codes } } };
    const content = {
      ...responses[status]?.content,
      'application/problem+json': { schema: { allOf: [schemaOf(problem, 'output'), named] } },
    };
    const description = [...new Set(codes.map((code) => ERRORS[code].title))].join('; ');
    responses[status] = { description, content };
  }
  return responses;
}

/** A token that may not read an answer gets its short form, so both are described. */
function contentOf(route: Route, answer: z.ZodType | Media, schemaOf: SchemaOf): Content {
  if (!('mediaTypes' in answer)) {
    const whole = schemaOf(answer, 'output');
    const short = shortSchemaOf(route, answer);
    return { 'application/json': { schema: short ? { anyOf: [whole, schemaOf(short, 'output')] } : whole } };
  }
  return Object.fromEntries(answer.mediaTypes.map((type) => [type, { schema: { type: 'string' } }]));
}

/** Turns schemas into JSON Schema. Schemas with an id go into `components` once, and are referenced from there. */
function schemaWriter(components: Record<string, Json>): SchemaOf {
  return (schema, io) => {
    const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, override: loosen(io) }) as Json;
    const text = JSON.stringify({ json, $defs }).replaceAll('"#/$defs/', '"#/components/schemas/');
    const moved = JSON.parse(text) as { json: Json; $defs: Record<string, Json> };
    Object.assign(components, moved.$defs);
    return moved.json;
  };
}

/** Requests are closed, because unknown fields are rejected. Responses are open: a later version may add fields. */
function loosen(io: 'input' | 'output') {
  return ({ jsonSchema }: { jsonSchema: Json }) => {
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    // The format says the same, and people can read it.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  };
}

/** Requests for one operation of an API description, right ones and broken ones, made from its schemas. */
import { FRAME_MAX_BYTES, JSON_MAX_DEPTH } from '@banter/protocol';
import type { Operation, Parameter } from '../../src/http/api-description.ts';
import { type Schema, violations } from './violations.ts';

/** What a case's parts are filled with where the schema alone cannot know: what exists in the world, by name. */
export type Known = Record<string, unknown>;

export type Case = {
  what: string;
  /** What must come of it: a success is not promised by a schema, a refusal is. */
  must: 'answer' | 'be invalid' | 'be not found' | 'be unauthenticated' | 'be too large';
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** With its media type; null for none. */
  body: { type: string; text: string } | null;
  /** Null for a request without a token. */
  token: 'own' | 'wrong' | null;
};

export type Request = Pick<Case, 'params' | 'query' | 'headers' | 'body'>;

/** A request that says all that it can say, but what is known to be null. */
export function requestFor(operation: Operation, known: Known, schemas: Record<string, Schema>): Request {
  const { params, headers } = baseOf(operation, known, schemas);
  const said = (fields: object) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => known[name] !== null));
  const query = said(pick(operation, 'query', known, schemas));
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body = schema ? toJson(said(sample(schema, known, schemas) as object)) : null;
  return { params, headers, query, body };
}

/** Every case; those that may succeed come first, before anything is taken away. */
export function casesOf(operation: Operation, known: Known, schemas: Record<string, Schema>): Case[] {
  const base = baseOf(operation, known, schemas);
  const hasToken = operation.security.length > 0;
  const tokens = hasToken
    ? [
        { ...base, what: 'no token', must: 'be unauthenticated' as const, token: null },
        { ...base, what: 'a wrong token', must: 'be unauthenticated' as const, token: 'wrong' as const },
      ]
    : [];
  return [
    { ...base, what: 'all as it should be' },
    ...bodyCases(operation, base, known, schemas),
    ...operation.parameters.flatMap((parameter) =>
      PARAMETER_CASES[parameter.in](parameter, base, known, schemas),
    ),
    ...(operation.parameters.some((parameter) => parameter.in === 'query')
      ? [
          {
            ...base,
            what: 'an unknown query',
            must: 'be invalid' as const,
            query: { ...base.query, unknown: '1' },
          },
        ]
      : []),
    ...tokens,
  ];
}

/** Values that a schema may or may not allow: which of the two, the schema itself says. */
const POOL: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1,
  1.5,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  1e300,
  '',
  ' ',
  'x',
  '\u0000',
  '\ud800',
  '\u{1F422}',
  "'; DROP TABLE users; --",
  '%',
  'x'.repeat(300),
  'x'.repeat(9_000),
  [],
  ['x', null],
  {},
  { unknown: 1 },
];

function baseOf(operation: Operation, known: Known, schemas: Record<string, Schema>): Case {
  const params = pick(operation, 'path', known, schemas);
  const query = pick(operation, 'query', {}, schemas, true);
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body = schema ? toJson(sample(schema, known, schemas, 'required')) : null;
  // One of the types that it answers with: some calls want to be told which.
  const [accept = '*/*'] = Object.values(operation.responses).flatMap(({ content = {} }) =>
    Object.keys(content),
  );
  const headers = { Accept: accept };
  return { what: '', must: 'answer', params, query, headers, body, token: 'own' };
}

function pick(
  { parameters }: Operation,
  place: Parameter['in'],
  known: Known,
  schemas: Record<string, Schema>,
  isOnlyRequired = false,
): Record<string, string> {
  const wanted = parameters.filter(
    (parameter) => parameter.in === place && (parameter.required || !isOnlyRequired),
  );
  return Object.fromEntries(
    wanted.map(({ name, schema }) => [name, String(known[name] ?? sample(schema, known, schemas))]),
  );
}

function bodyCases(
  { requestBody }: Operation,
  base: Case,
  known: Known,
  schemas: Record<string, Schema>,
): Case[] {
  const given = requestBody?.content['application/json']?.schema;
  if (!requestBody || !given) return [];
  const schema = resolve(given, schemas);
  const full = sample(schema, known, schemas) as Record<string, unknown>;
  const text = requestBody.content['text/plain'];
  const odd = Object.keys(full).flatMap((name) => {
    return POOL.map((value) => judged(schema, { ...full, [name]: value }, `${name} ${show(value)}`, schemas));
  });
  const without = Object.keys(full).map((name) => {
    const { [name]: _, ...rest } = full;
    return judged(schema, rest, `without ${name}`, schemas);
  });
  const bodies = [
    { what: 'all fields', must: 'answer' as const, body: toJson(full) },
    ...(text
      ? [{ what: 'plain text', must: 'answer' as const, body: { type: 'text/plain', text: 'x' } }]
      : []),
    ...without,
    judged(schema, { ...full, unknown: 1 }, 'an unknown field', schemas),
    ...odd,
    ...[[], 'x', 1, null].map((value) => judged(schema, value, `as a whole ${show(value)}`, schemas)),
    ...BROKEN_TEXTS.map(([what, broken]) => invalid(what, 'application/json', broken)),
    invalid('of a wrong media type', 'application/xml', '<x/>'),
    ...(requestBody.required ? [{ what: 'no body', must: 'be invalid' as const, body: null }] : []),
    {
      what: 'too large a body',
      must: 'be too large' as const,
      body: { type: 'application/json', text: `"${'x'.repeat(FRAME_MAX_BYTES)}"` },
    },
  ];
  return bodies.map((body) => ({ ...base, ...body }));
}

const BROKEN_TEXTS: [string, string][] = [
  ['half JSON', '{"'],
  ['not JSON', 'x=1'],
  ['nested too deep', '['.repeat(JSON_MAX_DEPTH + 1) + ']'.repeat(JSON_MAX_DEPTH + 1)],
];

function invalid(what: string, type: string, text: string) {
  return { what, must: 'be invalid' as const, body: { type, text } };
}

function judged(schema: Schema, value: unknown, what: string, schemas: Record<string, Schema>) {
  const isRight = violations(schema, value, schemas).length === 0;
  return { what, must: isRight ? ('answer' as const) : ('be invalid' as const), body: toJson(value) };
}

type ParameterCases = (
  parameter: Parameter,
  base: Case,
  known: Known,
  schemas: Record<string, Schema>,
) => Case[];

const PARAMETER_CASES: Record<Parameter['in'], ParameterCases> = {
  path: ({ name, schema }, base) => {
    const isNumber = schema.type === 'integer';
    const cases = ['zero', '0', '-1', '01', '1e3', '%00', '%FF', '%', '%F0%9F%90%A2', 'x'.repeat(2_000)].map(
      (value) => ({
        ...base,
        what: `${name} in the path is ${value.slice(0, 20)}`,
        must: isNumber ? ('be not found' as const) : ('answer' as const),
        params: { ...base.params, [name]: value },
      }),
    );
    const unknown = isNumber ? String(2 ** 45) : 'nobody-of-this-name';
    return [...cases, { ...base, what: `an unknown ${name}`, params: { ...base.params, [name]: unknown } }];
  },
  query: ({ name, schema }, base, known, schemas) =>
    [known[name] ?? sample(schema, known, schemas), ...POOL]
      .filter((value) => typeof value !== 'object' && value !== '' && value !== ' ')
      .map((value) => {
        const text = String(value).toWellFormed();
        return {
          ...base,
          what: `${name} in the query is ${show(value)}`,
          must: violations(schema, asQuery(schema, text), schemas).length === 0 ? 'answer' : 'be invalid',
          query: { ...base.query, [name]: text },
        };
      }),
  header: ({ name }, base) =>
    ['x', 'x'.repeat(500), '-1', '1.5', '"quoted"'].map((value) => ({
      ...base,
      what: `the header ${name} is ${show(value)}`,
      headers: { ...base.headers, [name]: value },
    })),
};

/** A query's text as the value that its schema speaks of. */
function asQuery(schema: Schema, text: string): unknown {
  return schema.type === 'integer' || schema.type === 'number' ? Number(text) : text;
}

let samples = 0;

/** A value that fits: of what is known by this name, or made up; with all fields, or with the required ones. */
function sample(
  given: Schema,
  known: Known,
  schemas: Record<string, Schema>,
  fields: 'all' | 'required' = 'all',
): unknown {
  const schema = resolve(given, schemas);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [first] = (schema.anyOf ?? schema.oneOf ?? []) as Schema[];
  if (first) return sample(first, known, schemas, fields);
  if (schema.type === 'object') return sampleObject(schema, known, schemas, fields);
  if (schema.type === 'array') return [sample((schema.items ?? {}) as Schema, known, schemas)];
  if (schema.type === 'integer' || schema.type === 'number') {
    return Number(schema.minimum ?? Number(schema.exclusiveMinimum ?? 0) + 1);
  }
  if (schema.type === 'boolean') return true;
  if (schema.format === 'date-time') return new Date(Date.now() + 3_600_000).toISOString();
  samples += 1;
  return `sample-${String(samples).padStart(5, '0')}`;
}

function sampleObject(
  { properties = {}, required = [] }: Schema,
  known: Known,
  schemas: Record<string, Schema>,
  fields: 'all' | 'required',
) {
  const wanted = Object.entries(properties as Record<string, Schema>).filter(
    ([name]) => fields === 'all' || (required as string[]).includes(name),
  );
  return Object.fromEntries(
    wanted.map(([name, schema]) => [name, known[name] ?? sample(schema, known, schemas)]),
  );
}

function resolve(schema: Schema, schemas: Record<string, Schema>): Schema {
  const name = typeof schema.$ref === 'string' ? schema.$ref.replace('#/components/schemas/', '') : null;
  return name === null ? schema : (schemas[name] ?? {});
}

function toJson(value: unknown) {
  return { type: 'application/json', text: JSON.stringify(value) };
}

function show(value: unknown): string {
  return JSON.stringify(value).slice(0, 30);
}

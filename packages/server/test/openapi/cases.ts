/** Makes valid and invalid requests for an operation of the API description, from its schemas. */
import { FRAME_MAX_BYTES, JSON_MAX_DEPTH } from '@banter/protocol';
import type { Operation, Parameter } from '../../src/http/api-description.ts';
import { type Schema, violations } from './violations.ts';

/** Values of parameters and fields, by name, for things that exist. The schema alone cannot know them. */
export type Known = Record<string, unknown>;

/** One request, with the outcome that it must have. */
export type Case = {
  name: string;
  /** The required outcome. A schema promises that an invalid request fails, but not that a valid one succeeds. */
  must: 'answer' | 'be invalid' | 'be not found' | 'be unauthenticated' | 'be too large';
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** Null for no body. */
  body: { type: string; text: string } | null;
  /** Null for a request without a token. */
  token: 'own' | 'wrong' | null;
};

/** The parts of a valid request. */
export type Request = Pick<Case, 'params' | 'query' | 'headers' | 'body'>;

/** Makes a valid request with every parameter and field, except those whose known value is null. */
export function requestFor(operation: Operation, known: Known, schemas: Record<string, Schema>): Request {
  const { params, headers } = baseOf(operation, known, schemas);
  const withoutNull = (fields: object) =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => known[name] !== null));
  const query = withoutNull(pick(operation, 'query', known, schemas));
  const schema = operation.requestBody?.content['application/json']?.schema;
  const body = schema ? toJson(withoutNull(sample(schema, known, schemas) as object)) : null;
  return { params, headers, query, body };
}

/** Makes every case. Those that may succeed come first, before a call removes what they need. */
export function casesOf(operation: Operation, known: Known, schemas: Record<string, Schema>): Case[] {
  const base = baseOf(operation, known, schemas);
  const hasToken = operation.security.length > 0;
  const tokens = hasToken
    ? [
        { ...base, name: 'no token', must: 'be unauthenticated' as const, token: null },
        { ...base, name: 'an invalid token', must: 'be unauthenticated' as const, token: 'wrong' as const },
      ]
    : [];
  return [
    { ...base, name: 'a valid request' },
    ...bodyCases(operation, base, known, schemas),
    ...operation.parameters.flatMap((parameter) =>
      PARAMETER_CASES[parameter.in](parameter, base, known, schemas),
    ),
    ...(operation.parameters.some((parameter) => parameter.in === 'query')
      ? [
          {
            ...base,
            name: 'an unknown query',
            must: 'be invalid' as const,
            query: { ...base.query, unknown: '1' },
          },
        ]
      : []),
    ...tokens,
  ];
}

/** Values that a schema may or may not allow. */
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
  // Some calls require an Accept header, so this names one of the types that they answer with.
  const [accept = '*/*'] = Object.values(operation.responses).flatMap(({ content = {} }) =>
    Object.keys(content),
  );
  const headers = { Accept: accept };
  return { name: '', must: 'answer', params, query, headers, body, token: 'own' };
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
    { name: 'all fields', must: 'answer' as const, body: toJson(full) },
    ...(text
      ? [{ name: 'plain text', must: 'answer' as const, body: { type: 'text/plain', text: 'x' } }]
      : []),
    ...without,
    judged(schema, { ...full, unknown: 1 }, 'an unknown field', schemas),
    ...odd,
    ...[[], 'x', 1, null].map((value) => judged(schema, value, `the whole body ${show(value)}`, schemas)),
    ...BROKEN_TEXTS.map(([name, broken]) => invalid(name, 'application/json', broken)),
    invalid('a wrong media type', 'application/xml', '<x/>'),
    ...(requestBody.required ? [{ name: 'no body', must: 'be invalid' as const, body: null }] : []),
    {
      name: 'too large a body',
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

function invalid(name: string, type: string, text: string) {
  return { name, must: 'be invalid' as const, body: { type, text } };
}

function judged(schema: Schema, value: unknown, name: string, schemas: Record<string, Schema>) {
  const isValid = violations(schema, value, schemas).length === 0;
  return { name, must: isValid ? ('answer' as const) : ('be invalid' as const), body: toJson(value) };
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
        name: `${name} in the path is ${value.slice(0, 20)}`,
        must: isNumber ? ('be not found' as const) : ('answer' as const),
        params: { ...base.params, [name]: value },
      }),
    );
    const unknown = isNumber ? String(2 ** 45) : 'nobody-of-this-name';
    return [...cases, { ...base, name: `an unknown ${name}`, params: { ...base.params, [name]: unknown } }];
  },
  query: ({ name, schema }, base, known, schemas) =>
    [known[name] ?? sample(schema, known, schemas), ...POOL]
      .filter((value) => typeof value !== 'object' && value !== '' && value !== ' ')
      .map((value) => {
        const text = String(value).toWellFormed();
        return {
          ...base,
          name: `${name} in the query is ${show(value)}`,
          must: violations(schema, asQuery(schema, text), schemas).length === 0 ? 'answer' : 'be invalid',
          query: { ...base.query, [name]: text },
        };
      }),
  header: ({ name }, base) =>
    ['x', 'x'.repeat(500), '-1', '1.5', '"quoted"'].map((value) => ({
      ...base,
      name: `the header ${name} is ${show(value)}`,
      headers: { ...base.headers, [name]: value },
    })),
};

/** Converts a query's text to the type that its schema describes. */
function asQuery(schema: Schema, text: string): unknown {
  return schema.type === 'integer' || schema.type === 'number' ? Number(text) : text;
}

let samples = 0;

/** Makes a valid value, with known values where there are some, and with all fields or only the required ones. */
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

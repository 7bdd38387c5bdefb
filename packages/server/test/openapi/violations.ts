/** Validates values against the part of JSON Schema that the API description uses. */

/** A JSON Schema. */
export type Schema = { [key: string]: unknown };

/**
 * Returns a line for each problem in `value`; an empty list when it is valid. `$ref` may name one of `schemas`.
 * Objects with properties count as closed, so that undescribed fields are found.
 * @throws Error for an unknown keyword, so that none is ignored.
 */
export function violations(
  schema: Schema,
  value: unknown,
  schemas: Record<string, Schema> = {},
  at = '',
): string[] {
  const found: string[] = [];
  for (const [word, argument] of Object.entries(schema)) {
    if (NOTES.has(word)) continue;
    const rule = RULES[word];
    if (!rule) throw new Error(`${at || 'the schema'}: unknown keyword ${word}`);
    found.push(...rule({ argument, value, schema, schemas, at }));
  }
  return found;
}

type Place = {
  argument: unknown;
  value: unknown;
  schema: Schema;
  schemas: Record<string, Schema>;
  at: string;
};
type Rule = (place: Place) => string[];

/** Keywords without rules: annotations, and keywords that the rule of another one reads. */
const NOTES = new Set(['description', 'example', 'default', 'title', 'id', 'additionalProperties']);
const FORMATS: Record<string, RegExp> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
};

const RULES: Record<string, Rule> = {
  $ref: ({ argument, value, schemas, at }) => violations(named(argument, schemas), value, schemas, at),
  type: ({ argument, value, at }) => {
    const types = Array.isArray(argument) ? argument : [argument];
    return expect(
      types.some((type) => isOfType(value, type)),
      at,
      `is not of type ${types.join(' or ')}`,
    );
  },
  const: ({ argument, value, at }) => expect(value === argument, at, `is not ${JSON.stringify(argument)}`),
  enum: ({ argument, value, at }) =>
    expect((argument as unknown[]).includes(value), at, `is not one of ${argument}`),
  minimum: numeric((value, bound) => value >= bound),
  exclusiveMinimum: numeric((value, bound) => value > bound),
  maximum: numeric((value, bound) => value <= bound),
  minLength: textual((value, bound) => [...value].length >= Number(bound)),
  maxLength: textual((value, bound) => [...value].length <= Number(bound)),
  pattern: textual((value, pattern) => new RegExp(String(pattern), 'u').test(value)),
  format: textual((value, format) => formatOf(format).test(value)),
  minItems: listed((value, bound) => value.length >= bound),
  maxItems: listed((value, bound) => value.length <= bound),
  items: ({ argument, value, schemas, at }) =>
    Array.isArray(value)
      ? value.flatMap((item, i) => violations(argument as Schema, item, schemas, `${at}[${i}]`))
      : [],
  properties: ({ argument, value, schema, schemas, at }) => {
    if (!isRecord(value)) return [];
    const known = argument as Record<string, Schema>;
    const open = schema.additionalProperties;
    return Object.entries(value).flatMap(([key, item]) => {
      const inner = Object.hasOwn(known, key) ? known[key] : open === undefined || open === false ? null : {};
      if (!inner) return [`${at}.${key} is not in the schema`];
      return violations(inner, item, schemas, `${at}.${key}`);
    });
  },
  propertyNames: ({ argument, value, schemas, at }) =>
    isRecord(value)
      ? Object.keys(value).flatMap((key) => violations(argument as Schema, key, schemas, `${at} key ${key}`))
      : [],
  required: ({ argument, value, at }) =>
    isRecord(value)
      ? (argument as string[]).filter((key) => !(key in value)).map((key) => `${at}.${key} is missing`)
      : [],
  anyOf: ({ argument, value, schemas, at }) => {
    const each = (argument as Schema[]).map((option) => violations(option, value, schemas, at));
    return each.some((found) => found.length === 0) ? [] : each.flat();
  },
  allOf: ({ argument, value, schemas, at }) =>
    (argument as Schema[]).flatMap((part, i) =>
      // Only the first part lists all properties. The others restrict some of them.
      violations(i === 0 ? part : { additionalProperties: true, ...part }, value, schemas, at),
    ),
};
RULES.oneOf = RULES.anyOf as Rule;

function expect(isValid: boolean, at: string, problem: string): string[] {
  return isValid ? [] : [`${at || 'the value'} ${problem}`];
}

function numeric(holds: (value: number, bound: number) => boolean): Rule {
  return ({ argument, value, at }) =>
    typeof value === 'number' ? expect(holds(value, argument as number), at, `is beyond ${argument}`) : [];
}

function textual(holds: (value: string, argument: unknown) => boolean): Rule {
  return ({ argument, value, at }) =>
    typeof value === 'string' ? expect(holds(value, argument), at, `does not match ${argument}`) : [];
}

function listed(holds: (value: unknown[], bound: number) => boolean): Rule {
  return ({ argument, value, at }) =>
    Array.isArray(value)
      ? expect(holds(value, argument as number), at, `has a length beyond ${argument}`)
      : [];
}

function named(reference: unknown, schemas: Record<string, Schema>): Schema {
  const name = String(reference).replace('#/components/schemas/', '');
  const schema = schemas[name];
  if (!schema) throw new Error(`unknown reference ${reference}`);
  return schema;
}

function formatOf(format: unknown): RegExp {
  const known = FORMATS[String(format)];
  if (!known) throw new Error(`unknown format ${format}`);
  return known;
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  if (type === 'integer') return Number.isInteger(value);
  // JavaScript has the same names for the other types.
  const known: string = typeof value;
  return known === type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

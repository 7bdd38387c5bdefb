/** Turns a row of the matrix into a request: its schema, filled with the things of the scene. */
import type { Operation } from '../../src/http/api-description.ts';
import { describeApi } from '../../src/http/openapi.ts';
import { ROUTES } from '../../src/http/routes/routes.ts';
import { type Answer, ask } from '../harness/http.ts';
import { PASSWORD } from '../harness/people.ts';
import { requestFor } from '../openapi/cases.ts';
import type { Row } from './calls.ts';
import { type Verdict, verdictOf } from './rights.ts';
import type { Scene, World } from './world.ts';

const description = describeApi(ROUTES);

/** The operations by the name that the table uses: method and path. */
export const OPERATIONS = new Map<string, Operation>(
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  ),
);

/**
 * Makes a request as the scene's actor. @returns the verdict, or another code.
 * @param shown the fields that the answer may have; without it, any.
 */
export async function makeCall(
  world: World,
  row: Row,
  scene: Scene,
  shown?: readonly string[],
): Promise<Verdict | string> {
  const { status, body } = await request(world, row, scene);
  if (status >= 300) return verdictOf((body as { code?: string }).code ?? String(status));
  const others = shown ? fieldsIn(body).filter((field) => !shown.includes(field)) : [];
  return others.length === 0 ? 'ok' : `shows ${others}`;
}

/** Returns the names of all fields in a JSON value: a field within an object has the object's name before it. */
function fieldsIn(value: unknown, before = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsIn(item, before));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${before}${name}`,
    ...fieldsIn(inner, `${before}${name}.`),
  ]);
}

/** Makes a request as the scene's actor. Values in `instead` replace those of the row. */
export function request(
  { app }: World,
  { name, given }: Row,
  scene: Scene,
  instead: Record<string, unknown> = {},
): Promise<Answer> {
  const [method = '', path = ''] = name.split(' ');
  const known = { ...knownOf(scene), ...given?.(scene), ...instead };
  const operation = OPERATIONS.get(name) as Operation;
  const { params, query, headers, body } = requestFor(operation, known, description.components.schemas);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, param: string) => params[param] ?? '');
  const search = new URLSearchParams(query).toString();
  return ask(app, method, `/v1${filled}${search && `?${search}`}`, {
    ...(scene.actor ? { token: scene.actor.token } : {}),
    headers: { ...headers, ...(body ? { 'content-type': body.type } : {}) },
    ...(body ? { body: body.text } : {}),
  });
}

/** Returns the values of the scene, by the names of fields and parameters. */
function knownOf({ roomId, seq, code, reportId, actor, target }: Scene): Record<string, unknown> {
  return {
    roomId,
    seq,
    code,
    replyTo: seq,
    reportId: reportId || 1,
    userId: target.user.id,
    username: target.user.username,
    emoji: encodeURIComponent('👍'),
    login: target.user.username,
    password: PASSWORD,
    refreshToken: actor?.refreshToken ?? target.refreshToken,
    // No limit, for whole pages, and no cursor: the first page.
    limit: null,
    cursor: null,
    tz: 'UTC',
    sessionId: actor ? sessionOf(actor.token) : 1,
  };
}

/** Returns the names of a route's parameters and body fields. */
export function fieldsOf(name: string): string[] {
  const { parameters, requestBody } = OPERATIONS.get(name) as Operation;
  const body = requestBody?.content['application/json']?.schema as { properties?: object } | undefined;
  return [...parameters.map((parameter) => parameter.name), ...Object.keys(body?.properties ?? {})];
}

/** Returns the session of an access token. A personal token has none, so it gets the id 1. */
export function sessionOf(token: string): number {
  const [, claims] = token.split('.');
  return claims === undefined ? 1 : JSON.parse(Buffer.from(claims, 'base64url').toString()).sid;
}

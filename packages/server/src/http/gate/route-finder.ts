/** Finds how a path may be called, without the router: one regular expression for each method and kind of access. */
import type { Route } from '../route.ts';

/** The callers of a route: everybody, a person by a token, or a person by a token or a ticket. */
export type RouteAccess = 'public' | 'token' | 'ticket';

/** The paths of a table of routes. */
export class RouteFinder {
  readonly #patterns: { method: string; access: RouteAccess; pattern: RegExp }[];

  constructor(routes: readonly Route[]) {
    const groups = new Map<string, { method: string; access: RouteAccess; paths: string[] }>();
    for (const route of routes) {
      const { method, path } = route;
      const access = accessOf(route);
      const group = groups.get(`${method} ${access}`) ?? { method, access, paths: [] };
      group.paths.push(path.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.'));
      groups.set(`${method} ${access}`, group);
    }
    this.#patterns = [...groups.values()].map(({ method, access, paths }) => ({
      method,
      access,
      pattern: new RegExp(`^/v1(?:${paths.join('|')})$`),
    }));
  }

  /** Returns who may call a path with a method; null when there is no such route. HEAD counts as GET. */
  accessOf(method: string, path: string): RouteAccess | null {
    const asked = method === 'HEAD' ? 'GET' : method;
    const found = this.#patterns.find((row) => row.method === asked && row.pattern.test(path));
    return found?.access ?? null;
  }
}

function accessOf(route: Route): RouteAccess {
  if (route.who === 'public') return 'public';
  return route.takesTicket ? 'ticket' : 'token';
}

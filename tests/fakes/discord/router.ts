import { methodNotAllowed, notFound } from './api-error.ts';
import type { ApiRequest } from './request.ts';

export interface RouteCall {
  request: ApiRequest;
  /** The named part of the path. */
  params(name: string): string;
}

export interface Route {
  method: string;
  /** `:name` stands for one part of the path. */
  pattern: string;
  /** No Authorization header is looked at: the path holds a token. */
  open?: boolean;
  /** The JSON of the answer; undefined: 204. A `Created` is answered with 201. */
  handle(call: RouteCall): unknown;
}

/** An answer with status 201. */
export class Created {
  readonly json: unknown;
  constructor(json: unknown) {
    this.json = json;
  }
}

export interface Matched {
  route: Route;
  params: Readonly<Record<string, string>>;
}

/** Throws 404, or 405 when only the method is wrong. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Matched {
  let pathKnown = false;
  for (const route of routes) {
    const params = matchPath(route.pattern, path);
    if (params === undefined) continue;
    if (route.method === method) return { route, params };
    pathKnown = true;
  }
  throw pathKnown ? methodNotAllowed() : notFound();
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    if (part.startsWith(':') && value !== '') params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}

/** Who may call a route. Each route declares it by `allow`, which also enforces it; a test fails on a route without. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Hono, MiddlewareHandler } from "hono";

/**
 * `public`: anybody. `webhook`: anybody; the route itself checks the provider's secret. `push`: Pub/Sub, the scheduler or
 * our own bus, by token. `user`: a person, or an operator for one. `person`: the one that `{user_id}` in the address names,
 * or an operator. `admin`: an operator. `caller`: a person, or an operator for one or for nobody. `metrics`: an operator
 * or a monitor. `tick`: the scheduler, as for `push`, or an operator.
 */
export const ACCESS = ["public", "push", "webhook", "user", "person", "admin", "caller", "metrics", "tick"] as const;
export type Access = typeof ACCESS[number];

/** Who calls a `user` or `admin` route. */
export interface Caller {
  /** Whose data it is about; `""` for an operator who acts for nobody, which only `admin` and `caller` routes see. */
  readonly user_id: string;
  readonly scope: "user" | "admin";
  readonly via: "api_key" | "jwt" | "admin_key" | "operator_token";
  /** The id of the API key; `""` for what has none. */
  readonly by: string;
}

/** What a route can read of its request: `c.get("caller")` behind `allow("user")`, `allow("person")` and `allow("admin")`. */
export interface AppEnv {
  Bindings: {
    /** The peer's IP address as the server saw it; absent in tests and for our own deliveries. */
    remote_address?: string;
  };
  Variables: { caller: Caller; guards: Guards; request_id: string };
}

/** An app, or the front of one: whatever takes plain routes. */
export type PlainApp = Hono<AppEnv>;

/** An app whose routes are described. */
export type App = OpenAPIHono<AppEnv>;

/** The checks behind `allow`. Each throws an `HttpProblem` (401, 403, 503) that says what to do. */
export interface Guards {
  user(c: Context<AppEnv>): Promise<Caller>;
  person(c: Context<AppEnv>): Promise<Caller>;
  admin(c: Context<AppEnv>): Promise<Caller>;
  caller(c: Context<AppEnv>): Promise<Caller>;
  push(c: Context<AppEnv>): Promise<void>;
  metrics(c: Context<AppEnv>): Promise<void>;
  tick(c: Context<AppEnv>): Promise<void>;
}

const declared = new WeakMap<object, Access>();

function guardOf(access: Access): MiddlewareHandler<AppEnv> {
  switch (access) {
    case "public":
    case "webhook":
      return function open(_c, next) {
        return next();
      };
    case "user":
    case "person":
    case "admin":
    case "caller":
      return async function identified(c, next) {
        c.set("caller", await c.get("guards")[access](c));
        await next();
      };
    case "push":
    case "metrics":
    case "tick":
      return async function proven(c, next) {
        await c.get("guards")[access](c);
        await next();
      };
  }
}

/**
 * Declares and enforces the access of a route. As the first handler of a plain route,
 * `app.post("/push/:subscription", allow("push"), …)`, or as `middleware` of an OpenAPI one,
 * `createRoute({ middleware: allow("user"), … })`.
 */
export function allow(access: Access): MiddlewareHandler<AppEnv> {
  const guard = guardOf(access);
  declared.set(guard, access);
  return guard;
}

/** A registered route with the access that it declares; undefined when it declares none. */
export interface RouteAccess {
  readonly method: string;
  readonly path: string;
  readonly access: Access | undefined;
}

/** Every route of an app but its middleware, for the test that none is left undeclared. */
export function routeAccess(app: PlainApp): RouteAccess[] {
  const routes = new Map<string, RouteAccess>();
  for (const { method, path, handler } of app.routes) {
    if (method === "ALL" && path === "/*") continue;
    const name = `${method} ${path}`;
    const access = routes.get(name)?.access ?? declared.get(handler);
    routes.set(name, { method, path, access });
  }
  return [...routes.values()];
}

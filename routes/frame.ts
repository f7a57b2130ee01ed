/** What every request meets before and after its route. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { matchedRoutes } from "hono/route";
import type { HttpConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import type { AppEnv, Guards, PlainApp } from "./access.ts";
import { errorAnswer, problem, TOO_LARGE } from "./problem_answer.ts";

/** What an app needs before it has a route. */
export interface Frame {
  readonly http: Pick<HttpConfig, "public_url">;
  readonly guards: Guards;
  readonly deps: Pick<Deps, "clock" | "random" | "log" | "counters">;
  /** Called after each webhook and each push; must not throw. */
  readonly answered?: () => void;
}

const MEBIBYTE = 1024 * 1024;

/**
 * A Pub/Sub message has at most 10 MB, which base64 makes a third longer (cloud.google.com/pubsub/quotas). The
 * providers' notifications are far below 4 MiB, Graph's with resource data included; our own API takes small JSON.
 */
const BODY_BYTES_MAX = { push: 16 * MEBIBYTE, webhooks: 4 * MEBIBYTE, other: MEBIBYTE } as const;

/** What is streamed to the disk has a limit of its own, which is kept where it is written. */
const UPLOADS = "/v1/imports";

const tooLarge = (c: Context) => problem(c, TOO_LARGE);
const limits = {
  push: limitedTo(BODY_BYTES_MAX.push),
  webhooks: limitedTo(BODY_BYTES_MAX.webhooks),
  other: limitedTo(BODY_BYTES_MAX.other),
};

/**
 * Hono's limit, but for a body whose length is given: Hono looks whether there is a body, which makes a stream of it,
 * and a stream costs more to read than everything else that a webhook does before it is durable.
 */
function limitedTo(maxSize: number): MiddlewareHandler {
  const counting = bodyLimit({ maxSize, onError: tooLarge });
  return function limited(c, next) {
    const length = c.req.header("content-length");
    if (length === undefined || c.req.header("transfer-encoding") !== undefined) return counting(c, next);
    return Number(length) <= maxSize ? next() : Promise.resolve(tooLarge(c));
  };
}

function familyOf(path: string): keyof typeof limits {
  if (path.startsWith("/push/")) return "push";
  return path.startsWith("/webhooks/") ? "webhooks" : "other";
}

/** A caller's request id is repeated only when it can't hurt a log or a header. */
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** For whatever is not a page: nothing may be loaded from it, and nobody may frame it. */
const CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'";

function finish(headers: Headers, https: boolean): void {
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  if (!headers.has("content-security-policy")) headers.set("content-security-policy", CLOSED_POLICY);
  if (https) headers.set("strict-transport-security", "max-age=31536000");
}

/** The pattern of the route that answered, never the path itself: paths hold ids, and tickets of the connect page. */
function patternOf(c: Context): string {
  return matchedRoutes(c).findLast((route) => route.method !== "ALL" || route.path !== "/*")?.path ?? "";
}

/** Counts what is refused, whoever refuses it: too large, malformed, unauthorized, unknown, overloaded, failed. */
function countRefusal(counters: Deps["counters"], family: string, status: number): void {
  if (status >= 400) counters.add("http_refusals_total", { family, status: String(status) });
}

/** Paths that a monitor asks for every few seconds. */
const QUIET = new Set(["/healthz", "/readyz", "/metrics"]);

function framing({ http, guards, deps, answered }: Frame): MiddlewareHandler<AppEnv> {
  const https = http.public_url.startsWith("https:");
  return async function frame(c, next) {
    c.set("guards", guards);
    const family = familyOf(c.req.path);
    if (family !== "other") {
      // The hot paths have their own log lines and counters.
      const answer = await limits[family](c, next);
      if (answer instanceof Response) c.res = answer;
      finish(c.res.headers, https);
      countRefusal(deps.counters, family, c.res.status);
      answered?.();
      return;
    }
    const started = deps.clock.now();
    const given = c.req.header("x-request-id") ?? "";
    const id = REQUEST_ID.test(given) ? given : deps.random.uuid();
    c.set("request_id", id);
    const answer = c.req.path === UPLOADS ? await next() : await limits.other(c, next);
    if (answer instanceof Response) c.res = answer;
    finish(c.res.headers, https);
    countRefusal(deps.counters, family, c.res.status);
    c.res.headers.set("x-request-id", id);
    // A caller's data must not stay in a cache between.
    if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
    const user_id = c.get("caller")?.user_id ?? "";
    const level = QUIET.has(c.req.path) ? "debug" : "info";
    const method = methodOf(c.req.method);
    const route = patternOf(c);
    const duration_ms = deps.clock.now() - started;
    deps.counters.add("http_requests_total", { method, route, status: String(c.res.status) });
    deps.counters.observe("http_request_duration_seconds", { method, route }, duration_ms / 1_000);
    deps.log[level]("http.request", {
      correlation_id: id,
      method: c.req.method,
      route,
      status: c.res.status,
      duration_ms,
      ...(user_id === "" ? {} : { user_id }),
    });
  };
}

/** A method that nobody has registered is a stranger's own word. */
function methodOf(method: string): string {
  return METHODS.find((known) => known === method) ?? "other";
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** The methods that this path does answer. */
function methodsAt(app: PlainApp, path: string): string[] {
  return METHODS.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method || route.path !== "/*")
  );
}

/**
 * Gives an app without routes its frame: limits, request ids, security headers, the access log, and problems for
 * whatever goes wrong. The guards stand behind each `allow` of its routes.
 */
export function framed<A extends PlainApp>(app: A, frame: Frame): A {
  app.use("/*", framing(frame));
  app.onError(errorAnswer(frame.deps.log));
  app.notFound((c) => {
    const methods = methodsAt(app, c.req.path);
    if (methods.length === 0) {
      return problem(c, {
        type: "not_found",
        status: 404,
        title: "Not found",
        detail: "There is nothing at this address. See /docs for the addresses that exist.",
      });
    }
    return problem(c, {
      type: "method_not_allowed",
      status: 405,
      title: "Method not allowed",
      detail: `This address answers ${methods.join(", ")}.`,
      headers: { allow: methods.join(", ") },
    });
  });
  return app;
}

import { takeThrottle } from "../faults.ts";
import type { Grant } from "../oauth/grants.ts";
import type { Caller, GraphContext, GraphDeps } from "./context.ts";
import { errorBody, GraphError } from "./errors.ts";

const TEN_MINUTES_MS = 600_000;

/** Scopes one of which a call needs. */
export const MAIL_SCOPES = ["mail.read", "mail.readbasic", "mail.readwrite"];
export const CALENDAR_SCOPES = ["calendars.read", "calendars.readbasic", "calendars.readwrite"];
export const CONTACT_SCOPES = ["contacts.read", "contacts.readwrite"];
export const FILE_SCOPES = ["files.read", "files.read.all", "files.readwrite", "files.readwrite.all"];
export const TASK_SCOPES = ["tasks.read", "tasks.readwrite"];
export const USER_SCOPES = ["user.read", "user.readbasic.all", "user.read.all"];

type Handler = (c: GraphContext, caller: Caller) => Response | Promise<Response>;
type Guarded = (c: GraphContext) => Promise<Response>;

/** Makes handlers that are only reached by an authorized, counted call within its limits. */
export function graphGuard(deps: GraphDeps): (kind: string, scopes: readonly string[], handler: Handler) => Guarded {
  const windows = new Map<string, { since: number; calls: number }>();

  /** Refuses what the mailbox's limits or the switches do not let through. */
  function admit(c: GraphContext, user: string, underWay: number): void {
    const { faults, chance, clock } = deps;
    const inner = c.env?.inner === true;
    const throttle = inner ? faults.throttleInner : faults.throttle;
    if (takeThrottle(throttle, (share) => chance.happens(share))) {
      throw tooMany("TooManyRequests", "Please retry again later.", throttle.retryAfterSeconds);
    }
    if (inner) return;
    if (underWay > faults.concurrencyPerMailbox) {
      const message = "Application is over its MailboxConcurrency limit.";
      throw tooMany("ApplicationThrottled", message, faults.throttle.retryAfterSeconds);
    }
    const now = clock.now();
    const window = windows.get(user);
    if (window === undefined || now - window.since >= TEN_MINUTES_MS) windows.set(user, { since: now, calls: 1 });
    else if (++window.calls > faults.requestsPerTenMinutes) {
      const wait = Math.ceil((window.since + TEN_MINUTES_MS - now) / 1_000);
      throw tooMany("ApplicationThrottled", "Application is over its request limit.", wait);
    }
    if (chance.happens(faults.serverErrors)) {
      const status = chance.pick([500, 502, 503, 504]);
      throw new GraphError(status, "UnknownError", "The service could not answer.");
    }
  }

  return (kind, scopes, handler) => async (c) => {
    const inner = c.env?.inner === true;
    let user = "";
    try {
      const grant = authorized(deps, c);
      const me = deps.users.get(grant.user);
      if (me === undefined) throw unauthorized("The account has no mailbox.");
      user = me.user;
      deps.counts.add(user, inner ? "graph.batch.item" : kind);
      const underWay = deps.counts.enter(user, inner ? 0 : 1);
      try {
        admit(c, user, underWay);
        if (deps.faults.slowMs > 0) await deps.clock.sleep(deps.faults.slowMs, c.req.raw.signal);
        if (!allows(grant, scopes)) {
          throw new GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
        }
        const named = c.req.param("userId");
        if (named !== undefined && ![me.objectId, me.address].includes(named)) {
          throw new GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
        }
        return await handler(c, { me, grant });
      } finally {
        deps.counts.leave(user, inner ? 0 : 1);
      }
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      if (user === "") deps.counts.add("", kind);
      return errorAnswer(deps, error);
    }
  };
}

/** The answer that an error becomes: JSON, or an HTML page where the switch says so. */
export function errorAnswer(deps: GraphDeps, error: GraphError): Response {
  if (error.status >= 500 && deps.faults.htmlErrors) {
    const page = `<html><head><title>${error.status}</title></head><body>${error.message}</body></html>`;
    return new Response(page, { status: error.status, headers: { "content-type": "text/html" } });
  }
  const body = errorBody(error, deps.clock, deps.chance);
  return Response.json(body, { status: error.status, headers: error.headers });
}

/** A 429 with the seconds to wait. */
export function tooMany(code: string, message: string, seconds: number): GraphError {
  return new GraphError(429, code, message, { "retry-after": String(seconds) });
}

/** Scopes without the resource's address, in lower case: `https://graph.microsoft.com/Mail.Read` is Mail.Read. */
export function scopesOf(grant: Grant): string[] {
  return grant.scopes.map((scope) => scope.slice(scope.lastIndexOf("/") + 1).toLowerCase());
}

/** Whether one of these scopes was granted. */
export function allows(grant: Grant, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return true;
  const given = scopesOf(grant);
  return given.includes(".default") || scopes.some((scope) => given.includes(scope));
}

function authorized(deps: GraphDeps, c: GraphContext): Grant {
  const grant = deps.grants.authorize(c.req.header("authorization") ?? null, "microsoft");
  switch (grant) {
    case "missing":
      throw unauthorized("Access token is empty.");
    case "unknown":
      throw unauthorized("The access token is not valid, or has been revoked.");
    case "expired":
      throw unauthorized("Lifetime validation failed, the token is expired.");
    default:
      return grant;
  }
}

function unauthorized(message: string): GraphError {
  return new GraphError(401, "InvalidAuthenticationToken", message, { "www-authenticate": 'Bearer realm=""' });
}

import { takeThrottle } from "../faults.ts";
import type { Grant } from "../oauth/grants.ts";
import type { GoogleCaller, GoogleContext, GoogleDeps } from "./context.ts";
import { GoogleError } from "./errors.ts";

const MINUTE_MS = 60_000;
const MAIL = "https://www.googleapis.com/auth/gmail.";

/** Scopes one of which a call needs: with bodies, and where metadata is enough. */
export const FULL_SCOPES = [`${MAIL}readonly`, `${MAIL}modify`, "https://mail.google.com/"];
export const METADATA_SCOPES = [...FULL_SCOPES, `${MAIL}metadata`];

/** Quota units of each kind of call (PROTOCOLS C4). */
const UNITS: Readonly<Record<string, number>> = {
  "gmail.history": 2,
  "gmail.message": 5,
  "gmail.messages": 5,
  "gmail.attachment": 5,
  "gmail.watch": 100,
  "gmail.stop": 50,
  "gmail.labels": 1,
  "gmail.profile": 1,
};

/** Scopes for what is kept beside mail. */
const SCOPE = "https://www.googleapis.com/auth/";
export const CALENDAR_SCOPES = [`${SCOPE}calendar.readonly`, `${SCOPE}calendar`];
export const EVENT_SCOPES = [...CALENDAR_SCOPES, `${SCOPE}calendar.events.readonly`, `${SCOPE}calendar.events`];
export const CONTACT_SCOPES = [`${SCOPE}contacts.readonly`, `${SCOPE}contacts`];
export const TASK_SCOPES = [`${SCOPE}tasks.readonly`, `${SCOPE}tasks`];
export const DRIVE_SCOPES = [`${SCOPE}drive.readonly`, `${SCOPE}drive`];
export const FILE_SCOPES = [...DRIVE_SCOPES, `${SCOPE}drive.metadata.readonly`, `${SCOPE}drive.metadata`];

type Handler = (c: GoogleContext, caller: GoogleCaller) => Response | Promise<Response>;
export type GoogleGuard = (
  kind: string,
  scopes: readonly string[],
  handler: Handler,
) => (c: GoogleContext) => Promise<Response>;

/** Makes handlers that are only reached by an authorized, counted call within its quota. */
export function googleGuard(deps: GoogleDeps): GoogleGuard {
  const windows = new Map<string, { since: number; units: number }>();

  function admit(c: GoogleContext, user: string, kind: string): void {
    const { faults, chance, clock } = deps;
    const inner = c.env?.inner === true;
    const throttle = inner ? faults.throttleInner : faults.throttle;
    if (takeThrottle(throttle, (share) => chance.happens(share))) {
      throw rateLimit(deps, kind, throttle.retryAfterSeconds);
    }
    if (!inner && chance.happens(faults.serverErrors)) {
      throw new GoogleError(chance.pick([500, 503]), "backendError", "Backend Error", { plain: isPlain(kind) });
    }
    const now = clock.now();
    const api = kind.split(".")[0] ?? "";
    // Gmail counts units, the others count calls.
    const most = api === "gmail" ? faults.unitsPerMinute : faults.callsPerMinute[api] ?? Infinity;
    const units = api === "gmail" ? UNITS[kind] ?? 0 : 1;
    const name = `${user} ${api}`;
    const window = windows.get(name);
    if (window === undefined || now - window.since >= MINUTE_MS) windows.set(name, { since: now, units });
    else if (window.units + units > most) {
      throw rateLimit(deps, kind, Math.ceil((window.since + MINUTE_MS - now) / 1_000));
    } else window.units += units;
  }

  return (kind, scopes, handler) => async (c) => {
    const inner = c.env?.inner === true;
    let user = "";
    try {
      const grant = authorized(deps, c);
      const me = deps.users.get(grant.user);
      if (me === undefined) throw new GoogleError(400, "failedPrecondition", "Mail service not enabled");
      user = me.user;
      deps.counts.add(user, inner ? `${kind.split(".")[0]}.batch.item` : kind);
      deps.counts.enter(user, inner ? 0 : 1);
      try {
        admit(c, user, kind);
        if (deps.faults.slowMs > 0 && !inner) await deps.clock.sleep(deps.faults.slowMs, c.req.raw.signal);
        if (scopes.length > 0 && !scopes.some((scope) => grant.scopes.includes(scope))) {
          throw missingScope(kind);
        }
        const named = c.req.param("userId");
        if (named !== undefined && named !== "me" && named !== me.address) {
          throw new GoogleError(403, "forbidden", `Delegation denied for ${me.address}`);
        }
        return await handler(c, { me, grant });
      } finally {
        deps.counts.leave(user, inner ? 0 : 1);
      }
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      if (user === "") deps.counts.add("", kind);
      return googleErrorAnswer(deps, error);
    }
  };
}

/** The answer that an error becomes: JSON, or an HTML page where the switch says so. */
export function googleErrorAnswer(deps: GoogleDeps, error: GoogleError): Response {
  if (error.status >= 500 && deps.faults.htmlErrors) {
    const page = `<!DOCTYPE html><title>Error ${error.status}</title><p>That's an error.`;
    return new Response(page, { status: error.status, headers: { "content-type": "text/html; charset=UTF-8" } });
  }
  return Response.json(error.body(), { status: error.status, headers: error.options.headers ?? {} });
}

/** People is of the newer kind of APIs, whose errors have details in place of a list. */
function isPlain(kind: string): boolean {
  return kind.startsWith("people.");
}

function missingScope(kind: string): GoogleError {
  const message = "Request had insufficient authentication scopes.";
  if (!isPlain(kind)) return new GoogleError(403, "insufficientPermissions", message);
  return new GoogleError(403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", message, { plain: true, domain: "googleapis.com" });
}

const TOO_MUCH: Readonly<Record<string, string>> = {
  rateLimitExceeded: "Rate Limit Exceeded",
  userRateLimitExceeded: "User Rate Limit Exceeded",
  quotaExceeded: "Calendar usage limits exceeded.",
  dailyLimitExceeded: "Daily Limit Exceeded",
};

/** Too much, said in one of the ways that Google has. */
function rateLimit(deps: GoogleDeps, kind: string, seconds: number): GoogleError {
  const headers = { "retry-after": String(seconds) };
  if (isPlain(kind)) {
    const options = { plain: true, domain: "googleapis.com", headers };
    return new GoogleError(429, "RATE_LIMIT_EXCEEDED", "Quota exceeded for quota metric 'Read requests'.", options);
  }
  const said = deps.faults.googleThrottle;
  if (!kind.startsWith("gmail.")) {
    const reason = said === "429" ? "rateLimitExceeded" : said;
    const options = { domain: "usageLimits", ...(said === "429" ? { headers } : {}) };
    return new GoogleError(said === "429" ? 429 : 403, reason, TOO_MUCH[reason] ?? reason, options);
  }
  const until = new Date(deps.clock.now() + seconds * 1_000).toISOString();
  const message = `User-rate limit exceeded.  Retry after ${until}`;
  if (said === "429") return new GoogleError(429, "rateLimitExceeded", message, { domain: "usageLimits", headers });
  return new GoogleError(403, said, message, { domain: "usageLimits" });
}

function authorized(deps: GoogleDeps, c: GoogleContext): Grant {
  const grant = deps.grants.authorize(c.req.header("authorization") ?? null, "google");
  if (typeof grant !== "string") return grant;
  const message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or " +
    "other valid authentication credential.";
  throw new GoogleError(401, "authError", message, {
    headers: { "www-authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  });
}

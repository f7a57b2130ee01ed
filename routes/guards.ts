/** The checks behind `allow`: who calls, and whether they may. */
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { isLoopbackHost, isPrivateHost } from "../shared/contracts/addresses.ts";
import type { HttpConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import { userIdOf } from "../shared/contracts/ids.ts";
import type { Secret } from "../shared/contracts/secret.ts";
import type { ApiKeys, AuditLog, JwtAccess, PushVerifier } from "../shared/security/mod.ts";
import { equalInConstantTime, looksLikeApiKey } from "../shared/security/mod.ts";
import { openSparseWarn } from "../shared/telemetry/mod.ts";
import type { AppEnv, Caller, Guards } from "./access.ts";
import { HttpProblem, missing } from "./problem_answer.ts";
import { openRateLimit } from "./rate_limit.ts";

/** What the guards ask. */
export interface GuardPorts {
  readonly http: Pick<HttpConfig, "public_url" | "admin_api_key" | "metrics_token" | "requests_per_minute">;
  readonly deps: Pick<Deps, "clock" | "log" | "counters">;
  readonly keys: Pick<ApiKeys, "verify">;
  readonly audit: Pick<AuditLog, "append">;
  /** Null when no issuer is configured. */
  readonly jwt: JwtAccess | null;
  readonly push: PushVerifier;
  /** The operator token of `DATA_DIR/instance.json`; null when there is none. */
  readonly operator_token: Secret | null;
}

/** Who presented the credentials, before it is known for whom they act. */
type Identity =
  | { readonly scope: "user"; readonly user_id: string; readonly via: Caller["via"]; readonly by: string }
  | { readonly scope: "admin"; readonly via: Caller["via"]; readonly by: string };

const BEARER = /^Bearer +([^\s]+)$/i;
const SUBJECT_CHARACTERS_MAX = 256;

/** Headers by which a proxy says that it stands between: then the peer's address says nothing of the caller. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

function directPeer(c: Context<AppEnv>): string {
  return PROXY_HEADERS.some((name) => c.req.header(name) !== undefined) ? "" : c.env?.remote_address ?? "";
}

function unauthorized(detail: string): HttpProblem {
  return new HttpProblem({
    type: "unauthorized",
    status: 401,
    title: "Not authorized",
    detail,
    headers: { "www-authenticate": 'Bearer realm="millrace"' },
  });
}

function forbidden(detail: string): HttpProblem {
  return new HttpProblem({ type: "forbidden", status: 403, title: "Forbidden", detail });
}

const HOW =
  "Send `Authorization: Bearer` with an API key (made by `deno task keys`) or a token of the configured issuer.";

function bearer(c: Context<AppEnv>): string {
  const header = c.req.header("authorization") ?? "";
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) {
    throw unauthorized(header === "" ? HOW : `The Authorization header is not understood. ${HOW}`);
  }
  return token;
}

async function identify(ports: GuardPorts, token: string): Promise<Identity> {
  const { http, operator_token } = ports;
  const refused = (reason: string, detail: string) => {
    ports.deps.counters.add("api_unauthorized_total", { reason });
    return unauthorized(detail);
  };
  if (operator_token !== null && equalInConstantTime(token, operator_token.reveal())) {
    return { scope: "admin", via: "operator_token", by: "" };
  }
  if (http.admin_api_key !== null && equalInConstantTime(token, http.admin_api_key.reveal())) {
    return { scope: "admin", via: "admin_key", by: "" };
  }
  if (looksLikeApiKey(token)) {
    const info = await ports.keys.verify(token);
    if (info === null) {
      throw refused(
        "unknown_key",
        "This API key is unknown, was revoked, or its time is over. Make a new one by `deno task keys`.",
      );
    }
    if (info.scope === "admin") return { scope: "admin", via: "api_key", by: info.id };
    return { scope: "user", user_id: info.scope.slice("user:".length), via: "api_key", by: info.id };
  }
  if (ports.jwt !== null && token.split(".").length === 3) {
    const verdict = await ports.jwt.verify(token);
    if (verdict.kind === "accepted") return { scope: "user", user_id: verdict.user_id, via: "jwt", by: "" };
    throw refused(verdict.reason, `The token was refused (${verdict.reason}). Sign in again and send a fresh one.`);
  }
  throw refused("unknown", `These credentials are not known here. ${HOW}`);
}

/** Whether a token is of the kind that operators have; whether it is good is then for `identify` to say. */
function isOperators({ http, operator_token }: GuardPorts, token: string): boolean {
  const { admin_api_key } = http;
  return looksLikeApiKey(token) || (operator_token !== null && equalInConstantTime(token, operator_token.reveal())) ||
    (admin_api_key !== null && equalInConstantTime(token, admin_api_key.reveal()));
}

/** For whom an operator acts, by the header `Millrace-User`; `""` for nobody. */
async function actedFor(c: Context<AppEnv>): Promise<string> {
  const subject = c.req.header("millrace-user") ?? "";
  if (subject === "") return "";
  if (subject.length > SUBJECT_CHARACTERS_MAX) {
    throw new HttpProblem({
      type: "user_invalid",
      status: 400,
      title: "Invalid user",
      detail: `The header Millrace-User is longer than ${SUBJECT_CHARACTERS_MAX} characters.`,
      field: "Millrace-User",
    });
  }
  return await userIdOf(subject);
}

/** An operator who looks through a mailbox is one entry a minute for each route, not one for each mail. */
const ACTED_FOR_EVERY_MS = 60_000;
/** Beyond so many, the oldest is noted once more. */
const ACTED_FOR_MAX = 10_000;

/** Notes for whom an operator acts, before it is answered: what can't be noted is not done. */
function openActingFor({ audit, deps }: GuardPorts) {
  const noted = new Map<string, number>();
  return async function actingFor(c: Context<AppEnv>, { via, by }: Identity, user_id: string): Promise<void> {
    const route = matchedRoutes(c).at(-1)?.path ?? "";
    const object = `${c.req.method} ${route}`;
    const request_id = c.get("request_id") ?? "";
    deps.counters.add("audit_acting_for_total", {});
    deps.log.info("audit.acting_for", {
      user_id,
      method: c.req.method,
      route,
      correlation_id: request_id,
      reason: `${via} ${by}`.trim(),
    });
    const key = `${via} ${by} ${user_id} ${object}`;
    const now = deps.clock.now();
    if (now - (noted.get(key) ?? -Infinity) < ACTED_FOR_EVERY_MS) return;
    await audit.append({ action: "acted_for", via, by, user_id, object, note: "", request_id });
    noted.delete(key);
    const oldest = noted.size >= ACTED_FOR_MAX ? noted.keys().next().value : undefined;
    if (oldest !== undefined) noted.delete(oldest);
    noted.set(key, now);
  };
}

/** Who calls, unless that key or person has asked too often. The operators' own ways in are not limited. */
function openIdentified(ports: GuardPorts): (c: Context<AppEnv>) => Promise<Identity> {
  const limit = openRateLimit(ports.http.requests_per_minute, ports.deps.clock);
  return async function identified(c) {
    const identity = await identify(ports, bearer(c));
    if (identity.via !== "api_key" && identity.via !== "jwt") return identity;
    const who = identity.scope === "user" && identity.by === "" ? identity.user_id : identity.by;
    const wait_ms = limit(`${identity.via} ${who}`);
    if (wait_ms === 0) return identity;
    ports.deps.counters.add("api_throttled_total", {});
    throw new HttpProblem({
      type: "too_many_requests",
      status: 429,
      title: "Too many requests",
      detail: `More than ${ports.http.requests_per_minute} requests a minute. Go on after the time in Retry-After.`,
      retry_after_ms: wait_ms,
    });
  };
}

async function callerOf(
  identified: ReturnType<typeof openIdentified>,
  c: Context<AppEnv>,
  actingFor: ReturnType<typeof openActingFor>,
): Promise<Caller> {
  const identity = await identified(c);
  const user_id = await actedFor(c);
  if (identity.scope === "admin") {
    if (user_id !== "") await actingFor(c, identity, user_id);
    return { user_id, ...identity };
  }
  if (user_id !== "" && user_id !== identity.user_id) {
    throw forbidden("Only an operator's key acts for another person. Leave the header Millrace-User out.");
  }
  return identity;
}

/** The guards of an app. */
export function openGuards(ports: GuardPorts): Guards {
  const warn = openSparseWarn(ports.deps);
  const actingFor = openActingFor(ports);
  const identified = openIdentified(ports);
  const admin = async (c: Context<AppEnv>): Promise<Caller> => {
    const caller = await callerOf(identified, c, actingFor);
    if (caller.scope !== "admin") throw forbidden("This address is for operators. Use an operator's key.");
    return caller;
  };
  const push = async (c: Context<AppEnv>): Promise<void> => {
    const verdict = await ports.push.verify({
      authorization: c.req.header("authorization") ?? "",
      own_url: `${ports.http.public_url}${c.req.path}`,
      from_private_host: () => {
        const peer = directPeer(c);
        return peer !== "" && isPrivateHost(peer);
      },
    });
    if (verdict.kind === "accepted") return;
    ports.deps.counters.add("push_unauthorized_total", { reason: verdict.reason });
    warn("push.unauthorized", { route: matchedRoutes(c).at(-1)?.path ?? "", reason: verdict.reason });
    throw unauthorized(
      "Deliveries carry an OIDC token of PUBSUB_PUSH_SERVICE_ACCOUNT for this address. See docs/configuration.md.",
    );
  };
  return {
    admin,
    push,
    caller: (c) => callerOf(identified, c, actingFor),
    async user(c) {
      const caller = await callerOf(identified, c, actingFor);
      if (caller.user_id !== "") return caller;
      throw new HttpProblem({
        type: "user_missing",
        status: 400,
        title: "For whom?",
        detail: "An operator's key acts for a person: name them by the header Millrace-User.",
        field: "Millrace-User",
      });
    },
    async person(c) {
      const identity = await identified(c);
      const subject = c.req.param("user_id") ?? "";
      const user_id = subject.length > SUBJECT_CHARACTERS_MAX ? "" : await userIdOf(subject);
      if (identity.scope === "admin") {
        await actingFor(c, identity, user_id);
        return { user_id, ...identity };
      }
      if (identity.user_id !== user_id) throw missing("person");
      return identity;
    },
    async tick(c) {
      const token = BEARER.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
      await (isOperators(ports, token) ? admin(c) : push(c));
    },
    async metrics(c) {
      const peer = directPeer(c);
      if (peer !== "" && isLoopbackHost(peer)) return;
      const { metrics_token } = ports.http;
      if (metrics_token !== null && equalInConstantTime(bearer(c), metrics_token.reveal())) return;
      await admin(c);
    },
  };
}

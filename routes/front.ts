/**
 * The front: what machines call, in an app of its own. Its addresses are the ones that a process answers first, without
 * having loaded the API, and that are called thousands of times a second: few enough for the router that matches by one
 * regular expression, which the API's are not, since it has fixed names beside parameters.
 */
import { Hono } from "hono";
import type { Dispatcher } from "../consumers/dispatch/mod.ts";
import type { Signaller } from "../consumers/office/signal.ts";
import type { HttpConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import type { Secret } from "../shared/contracts/secret.ts";
import {
  type ApiKeys,
  type AuditLog,
  openApiKeys,
  openAuditLog,
  openGraphTokens,
  openJwtAccess,
  openPushVerifier,
} from "../shared/security/mod.ts";
import type { State } from "../shared/state/port.ts";
import type { MemoryCounters } from "../shared/telemetry/mod.ts";
import type { AppEnv, PlainApp } from "./access.ts";
import { type Frame, framed } from "./frame.ts";
import { openGuards } from "./guards.ts";
import { addHealthRoutes, type HealthPorts } from "./health.ts";
import { addPushRoutes } from "./push.ts";
import { agreed, rideAlong, type Tick, type TickName } from "./ticks.ts";
import { addWebhookRoutes } from "./webhooks.ts";

export type { PartHealth } from "./health.ts";
export type { Tick, TickName } from "./ticks.ts";

/** What the front rests on. */
export interface FrontPorts {
  readonly deps: Deps & { readonly counters: MemoryCounters };
  readonly state: State;
  readonly dispatcher: Dispatcher;
  /** The ticks that this instance serves. */
  readonly ticks: ReadonlyMap<TickName, Tick>;
  /** Null when this instance does not serve office: then it has no webhooks. */
  readonly signal: Signaller | null;
  readonly health: HealthPorts["health"];
  readonly gauges: HealthPorts["gauges"];
  /** What the embedded bus and scheduler of this process send as bearer. */
  readonly internal_token: Secret;
  /** What `DATA_DIR/instance.json` holds; null when there is no such file. */
  readonly operator_token: Secret | null;
}

/** The front, and what the API shares with it. */
export interface Front {
  readonly app: PlainApp;
  readonly frame: Frame;
  readonly keys: ApiKeys;
  readonly audit: AuditLog;
  /** Each by one instance at a time. */
  readonly ticks: ReadonlyMap<TickName, Tick>;
}

/** Builds the front. */
export function openFront(http: HttpConfig, ports: FrontPorts): Front {
  const { deps, state } = ports;
  const keys = openApiKeys(state, deps);
  const audit = openAuditLog(state, deps);
  const guards = openGuards({
    http,
    deps,
    keys,
    audit,
    jwt: http.auth === null ? null : openJwtAccess(http.auth, deps),
    push: openPushVerifier(http.push, ports.internal_token, deps),
    operator_token: ports.operator_token,
  });
  const ticks = agreed(ports.ticks, ports);
  const frame = { http, guards, deps, answered: rideAlong(ticks, ports) };
  const app = framed(new Hono<AppEnv>(), frame);
  addHealthRoutes(app, ports);
  addPushRoutes(app, ports);
  const tokens = openGraphTokens(http.graph, deps);
  if (ports.signal !== null) addWebhookRoutes(app, { state, deps, signal: ports.signal, tokens });
  return { app, frame, keys, audit, ticks };
}

/** Beginnings of the paths that the front answers. */
const PATHS = ["/push/", "/webhooks/", "/healthz", "/readyz", "/metrics"] as const;

/** Where the path begins at the earliest: after `http://`. */
const AFTER_SCHEME = 8;

/** Whether the front answers what is sent to this address. */
export function isFronted(url: string): boolean {
  const path = url.indexOf("/", AFTER_SCHEME);
  return PATHS.some((beginning) => url.startsWith(beginning, path));
}

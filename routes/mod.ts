/** The map of all routes. */
import { openContacts } from "../consumers/contact_discovery/mod.ts";
import type { DeadLetters } from "../consumers/dead_letters/mod.ts";
import type { Dispatcher } from "../consumers/dispatch/mod.ts";
import type { Batches, Imports } from "../consumers/office/mod.ts";
import type { Holder } from "../consumers/registry.ts";
import { openMeetings } from "../consumers/meetings/mod.ts";
import { openShipments } from "../consumers/shipments/mod.ts";
import type { Reindex } from "../consumers/vespa_loader/mod.ts";
import type { HttpConfig } from "../shared/contracts/config.ts";
import type { Deps } from "../shared/contracts/deps.ts";
import type { EventFeed } from "../shared/contracts/feed.ts";
import type { ProviderName } from "../shared/contracts/names.ts";
import type { Connection } from "../shared/contracts/records.ts";
import type { Index } from "../shared/index/port.ts";
import type { Provider } from "../shared/providers/port.ts";
import type { Vault } from "../shared/security/mod.ts";
import type { State } from "../shared/state/port.ts";
import type { MemoryCounters } from "../shared/telemetry/mod.ts";
import type { App, PlainApp } from "./access.ts";
import { openApp } from "./app.ts";
import { addAdminConnectionRoutes } from "./admin_connections.ts";
import { addAuditRoutes } from "./audit.ts";
import { auditing, keeping } from "./audited.ts";
import { addBackupRoutes } from "./backup.ts";
import { addBatchRoutes } from "./batches.ts";
import { addConsoleRoutes, type ConsolePorts } from "./console.ts";
import { addCheckupRoutes } from "./checkup.ts";
import { addConnectionRoutes, type ConnectionPorts } from "./connections.ts";
import { addContactRoutes } from "./contacts.ts";
import { addDeadLetterRoutes } from "./dead_letters.ts";
import { addDocumentRoutes } from "./documents.ts";
import { addEventRoutes } from "./events.ts";
import { addFlowRoutes } from "./flow.ts";
import { type Front, type FrontPorts, isFronted, openFront } from "./front.ts";
import { addFragmentRoutes } from "./fragments.ts";
import { addImportRoutes } from "./imports.ts";
import { addIndexVersionRoutes } from "./index_versions.ts";
import { addKeyRoutes } from "./keys.ts";
import { addEncryptionRoutes } from "./encryption.ts";
import { addMcpRoutes } from "./mcp.ts";
import { addMeRoutes } from "./me.ts";
import { addLineageRoutes } from "./lineage.ts";
import { addMeetingRoutes } from "./meetings.ts";
import { addOpenApiRoutes } from "./openapi.ts";
import { addSearchRoutes } from "./search.ts";
import { addShipmentRoutes } from "./shipments.ts";
import { addSubscriptionRoutes, type SubscriptionPorts } from "./subscriptions.ts";
import { addSimulatorRoutes, type SimulatorControl } from "./simulator.ts";
import { addSuggestRoutes } from "./suggest.ts";
import { addTickRoutes } from "./ticks.ts";
import { addUserRoutes, type UserPorts } from "./users.ts";

export type { App } from "./access.ts";
export type { SimulatorControl } from "./simulator.ts";
export { sweepConsents } from "./connect/states.ts";
export type { PartHealth } from "./health.ts";
export { lastRuns, type Tick, type TickName, type TickResult, together } from "./ticks.ts";

/** The objects that the API rests on; what is merely a value is in `HttpConfig`. */
export interface ApiPorts {
  readonly deps: Deps & { readonly counters: MemoryCounters };
  readonly state: State;
  readonly index: Index;
  readonly vault: Vault;
  /** The providers whose OAuth client is configured. */
  readonly providers: ReadonlyMap<ProviderName, Provider>;
  readonly dead_letters: DeadLetters;
  readonly dispatcher: Pick<Dispatcher, "serves">;
  readonly bus: SubscriptionPorts["bus"];
  readonly topology: SubscriptionPorts["topology"];
  /** Everything that holds something of documents. */
  readonly holders: readonly Holder[];
  readonly subscriptions: SubscriptionPorts["subscriptions"];
  /** Subscribes and starts the first sync of a connection that was just stored. */
  readonly onConnected: (connection: Connection) => Promise<void>;
  readonly disconnect: ConnectionPorts["disconnect"];
  readonly containers: ConnectionPorts["containers"];
  readonly choose: ConnectionPorts["choose"];
  readonly batches: Batches;
  readonly reindex: Reindex;
  /** Null where files can't be taken in: the shelf is a folder, which instances don't share. */
  readonly imports: Imports | null;
  readonly erase: UserPorts["erase"];
  readonly writeArchive: UserPorts["writeArchive"];
  readonly feed: EventFeed;
  /** Numbers that are asked for and not counted, for `/metrics` and the flow. Never rejects. */
  readonly gauges: FrontPorts["gauges"];
  /** How each part is. Never rejects. */
  readonly health: FrontPorts["health"];
  readonly version: string;
  readonly console: ConsolePorts["console"];
  /** Null when the providers are real. */
  readonly simulator: SimulatorControl | null;
}

/** What front and API together rest on. */
export type AppDeps = ApiPorts & FrontPorts;

/** An app with a front. */
export type FrontedApp = App & { readonly front: PlainApp };

/** Builds the whole app. Requests reach it by `fetch(request, { remote_address })`. */
export function createApp(http: HttpConfig, ports: AppDeps): FrontedApp {
  const front = openFront(http, ports);
  const app = createApi(http, ports, front);
  const answer = app.fetch;
  app.fetch = (request, ...rest) =>
    isFronted(request.url) ? front.app.fetch(request, ...rest) : answer(request, ...rest);
  // Listed among its own, for whoever walks over all of them.
  app.routes.push(...front.app.routes.filter(({ path }) => path !== "/*"));
  return Object.assign(app, { front: front.app });
}

/** Builds the app of all that the front does not answer. */
export function createApi(http: HttpConfig, ports: ApiPorts, { frame, keys, audit, ticks }: Front): App {
  const { deps, state } = ports;
  const keep = keeping(audit, deps);
  const audited = auditing(keep);
  const app = openApp(frame);
  addTickRoutes(app, ticks);
  addConnectionRoutes(app, { ...ports, http, keep, audited });
  addBatchRoutes(app, { ...ports, audited });
  addImportRoutes(app, ports.imports);
  addSearchRoutes(app, ports.index, deps);
  addSuggestRoutes(app, ports.index);
  addFragmentRoutes(app, ports);
  addDocumentRoutes(app, ports.index);
  addContactRoutes(app, openContacts(state, ports.index));
  addShipmentRoutes(app, openShipments(state));
  addMeetingRoutes(app, { meetings: openMeetings(ports), clock: deps.clock });
  addLineageRoutes(app, ports);
  addEventRoutes(app, ports);
  addMeRoutes(app);
  addKeyRoutes(app, keys, deps.clock, audited);
  addAuditRoutes(app, audit, audited);
  addEncryptionRoutes(app, { ...ports, audited });
  addUserRoutes(app, { ...ports, audited });
  addAdminConnectionRoutes(app, { ...ports, audited });
  addCheckupRoutes(app, ports);
  addSubscriptionRoutes(app, { ...ports, audited, serves: (name) => ports.dispatcher.serves(name) });
  addDeadLetterRoutes(app, ports.dead_letters, audited);
  addIndexVersionRoutes(app, ports.reindex, audited);
  addBackupRoutes(app, { ...ports, audited });
  addFlowRoutes(app, ports);
  addSimulatorRoutes(app, ports.simulator);
  addConsoleRoutes(app, ports);
  addMcpRoutes(app, { ...ports, http });
  addOpenApiRoutes(app, { http, version: ports.version, random: deps.random });
  return app;
}

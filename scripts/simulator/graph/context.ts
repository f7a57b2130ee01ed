import type { Context } from "hono";
import type { Clock } from "../../../shared/contracts/deps.ts";
import type { Chance } from "../chance.ts";
import type { CallCounts } from "../counts.ts";
import type { SimulatorFaults } from "../faults.ts";
import type { MicrosoftMailbox } from "../mailbox/microsoft_mailbox.ts";
import type { Desk } from "../desk.ts";
import type { DeskHabits } from "../desk_habits.ts";
import type { GraphIds } from "./ids.ts";
import type { Grant, Grants } from "../oauth/grants.ts";
import type { Subscriptions } from "./subscription_store.ts";

/** A person with a Microsoft mailbox. */
export interface MicrosoftUser {
  readonly user: string;
  /** The directory's id of the person, also in `resource` of notifications. */
  readonly objectId: string;
  readonly tenantId: string;
  readonly name: string;
  readonly address: string;
  readonly mailbox: MicrosoftMailbox;
  readonly desk: Desk;
  readonly habits: DeskHabits;
  readonly ids: GraphIds;
  /** Collections (`DeskSource.of`) whose next delta read finds nothing yet. */
  readonly quiet: Set<string>;
}

/** What the Graph side is built on. */
export interface GraphDeps {
  readonly origin: string;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly faults: SimulatorFaults;
  readonly counts: CallCounts;
  readonly grants: Grants;
  readonly users: ReadonlyMap<string, MicrosoftUser>;
  readonly subscriptions: Subscriptions;
}

/** `inner` marks a request that came inside a batch: it is counted and throttled in another way. */
export type GraphEnv = { Bindings: { inner?: boolean } };

export type GraphContext = Context<GraphEnv>;

/** Who calls, and what they may. */
export interface Caller {
  readonly me: MicrosoftUser;
  readonly grant: Grant;
}

/** What the caller prefers (PROTOCOLS B4), from one `Prefer` header or several. */
export interface Preferences {
  readonly pageSize: number | undefined;
  readonly immutableIds: boolean;
  readonly textBody: boolean;
  /** The zone in which events are to be shown; UTC by default. */
  readonly zone: string;
}

export function preferences(c: GraphContext): Preferences {
  const header = c.req.header("prefer") ?? "";
  const size = /odata\.maxpagesize\s*=\s*(\d+)/i.exec(header)?.[1];
  return {
    pageSize: size === undefined ? undefined : Math.max(1, Math.min(Number(size), 1_000)),
    immutableIds: /IdType\s*=\s*"?ImmutableId"?/i.test(header),
    zone: /outlook\.timezone\s*=\s*"?([\w /+-]+?)"?\s*(?:,|$)/i.exec(header)?.[1] ?? "UTC",
    textBody: /outlook\.body-content-type\s*=\s*"?text"?/i.test(header),
  };
}

/** The base of absolute links. */
export function graphBase(deps: GraphDeps): string {
  return `${deps.origin}/graph/v1.0`;
}

/** The `@odata.context` of an answer. */
export function odataContext(deps: GraphDeps, rest: string): string {
  return `${graphBase(deps)}/$metadata#${rest}`;
}

/** The records that several parts read: connections, provider subscriptions, keys. Stored as JSON through `Records`. */
import { z } from "zod";
import { Moment } from "./event.ts";
import { OwnId, ResourceName, UserId } from "./ids.ts";
import { ProviderName } from "./names.ts";

const MaybeMoment = z.union([Moment, z.literal("")]);

/** Where each kind of record lives: the scope and the collection. */
export const COLLECTIONS = {
  /** In the person's scope, by connection id. */
  connections: "connections",
  /** In the person's scope, by connection id: encrypted tokens (`TokenRecord`). */
  tokens: "tokens",
  /** In system scope `provider-subscriptions`, by our own id, which is part of the notification URL. */
  providerSubscriptions: "provider-subscriptions",
  /** In system scope `provider-subscriptions`, by `{connection_id}|{resource}|{target}`: our id of the current one. */
  currentSubscriptions: "current-subscriptions",
  /** In system scope `provider-subscriptions`, by `{provider}:{remote_id}`: our id, for notifications that lack it. */
  remoteSubscriptions: "remote-subscriptions",
  /** In system scope `accounts`, by `accountRecordId`: Gmail's notifications name nothing but the address. */
  accounts: "accounts",
  /** In system scope `api-keys`, by the SHA-256 of the key. */
  apiKeys: "api-keys",
  /** In system scope `seeks`, by `{subscription}|{ms}`: subscriptions that were set back. */
  seeks: "seeks",
  /** In system scope `audit`, newest first. */
  audit: "audit",
  /** In system scope `oauth-states`, by the state's SHA-256. */
  oauthStates: "oauth-states",
  /** In system scope `state`, under `known`: the state store's run whose lost writes were made up for. */
  stateRuns: "state-runs",
  /** In system scope `due`, by `{ISO moment}|{key}`: what the ticks look at first. */
  duePolls: "due-polls",
  /** In system scope `due`, by `{connection_id}|{resource}`: the id of its planned poll. */
  plannedPolls: "planned-polls",
  dueRenewals: "due-renewals",
  /** In system scope `due`, by our id of a subscription: the id of its planned renewal. */
  plannedRenewals: "planned-renewals",
  /** In system scope `due`, by `{ISO moment}|{connection_id}`. */
  dueEndings: "due-endings",
  dueChecks: "due-checks",
  /** In system scope `due`, by connection id: the id of its planned check. */
  plannedChecks: "planned-checks",
  /** In system scope `due`, by `{ISO moment}|{connection_id}`: connections to be compared with what is held of them. */
  dueVerifications: "due-verifications",
  /** In system scope `due`, by connection id: the id of its planned verification. */
  plannedVerifications: "planned-verifications",
  /** In system scope `due`, by `{ISO moment}|{batch_id}`: running batches, to be looked after. */
  dueBatches: "due-batches",
  /** In system scope `index`, under `versions`: which versions of the index there are (`IndexVersions`). */
  indexVersions: "index-versions",
  /** In system scope `ticks`, by name: when the tick last ran. */
  tickRuns: "tick-runs",
  /** In the person's scope, by batch id. */
  batches: "batches",
  /** In the person's scope, by `{batch_id}|{correlation_id}`. */
  batchParts: "batch-parts",
  /** In the person's scope, by the SHA-256 of the request's key: the batch that came of it. */
  batchRequests: "batch-requests",
  /** In system scope `dead-letters`, by id; beside them by due moment, newest first, and newest first of each person. */
  deadLetters: "dead-letters",
  dueDeadLetters: "due-dead-letters",
  deadLettersByTime: "dead-letters-by-time",
  deadLettersByPerson: "dead-letters-by-person",
  /** In the person's scope, by document id: the revision of a mail that shipments have seen, and what it contributed to. */
  shipmentMails: "shipment-mails",
  /** In the person's scope, by `{shipment_id}|{doc_id}`: what that mail says of that shipment. */
  shipmentSightings: "shipment-sightings",
  /** In the person's scope, by `{order_id}|{shipment_id}|{doc_id}`: that mail says that the parcel is of the order. */
  shipmentOrders: "shipment-orders",
  /** In the person's scope, by shipment id, and beside them by the time of their last mail, newest first. */
  shipments: "shipments",
  shipmentsByTime: "shipments-by-time",
  /** In the person's scope, by document id: the revision of an event that meetings have seen, and what it gave to which. */
  meetingEvents: "meeting-events",
  /** In the person's scope, by `{meeting_id}|{doc_id}`: what that event says of that meeting. */
  meetingCopies: "meeting-copies",
  /** In the person's scope, by `at|{begin}|{meeting_id}|{doc_id}`, or `until|{last end}|…` for what is long or a series. */
  meetingPlaces: "meeting-places",
  /** In the person's scope, under `busy`: who may see when the person is busy. */
  meetingSharing: "meeting-sharing",
  /** In the person's scope, by document id: the revision that contacts have seen, and what it says of whom. */
  contactDocuments: "contact-documents",
  /** In the person's scope, by address id: all that documents say of it, and what the person decided of it. */
  contactAddresses: "contact-addresses",
  contactDecisions: "contact-decisions",
  /** In the person's scope, by `{address_id}|{kind}|{newest first}|{doc_id}`: what that document says of the address. */
  contactSightings: "contact-sightings",
  /** In the person's scope, by `{reason}:{key}|{address_id}`: what joins addresses to one contact. */
  contactKeys: "contact-keys",
  /** In the person's scope, by contact id, beside them in each order, and by `{word}|{contact_id}`. */
  contacts: "contacts",
  contactsByRelevance: "contacts-by-relevance",
  contactsByName: "contacts-by-name",
  contactsByTime: "contacts-by-time",
  contactWords: "contact-words",
  /** In the person's scope, by import id; by `fileKey`; and by `queueKey` while a file waits: its `fileKey`. */
  imports: "imports",
  importFiles: "import-files",
  importQueue: "import-queue",
  /** In the person's scope, by `{fileKey}|{offset}`. */
  importRefusals: "import-refusals",
  /** In the person's scope, under `erasure`, while the person is erased: nothing can be connected meanwhile. */
  erasure: "erasure",
  /** In system scope `due`, by `{ISO moment}|{SHA-256 of the user id}`: erasures that are not at their end yet. */
  dueErasures: "due-erasures",
} as const;

/** How one resource of a connection is doing, as the person and the operator see it. */
export const ResourceStatus = z.object({
  resource: ResourceName,
  /** False when a later consent left it out: nothing of it may be read, and what came of it is withdrawn. */
  granted: z.boolean().default(true),
  /** `left_out`: the person does not give it (any more), and what came of it is withdrawn. */
  state: z.enum(["new", "syncing", "active", "waiting", "failing", "left_out"]),
  last_read_at: MaybeMoment,
  last_change_at: MaybeMoment,
  last_notification_at: MaybeMoment,
  /** How changes arrive: by the provider's notifications, or by polling with the reason. */
  delivery: z.enum(["push", "poll"]),
  reason: z.string(),
  /** How often it is read though nobody asked, seconds; 0 before the first poll is planned. */
  poll_seconds: z.int().nonnegative().default(0),
  /** When it was last compared with what is held of it, to the end; and what that found and published again. */
  verified_at: MaybeMoment.default(""),
  differences: z.int().nonnegative().default(0),
  repaired: z.int().nonnegative().default(0),
});
export type ResourceStatus = z.infer<typeof ResourceStatus>;

/** What a person gives of one resource. What is left out later is removed from every consumer. */
export const ResourceChoice = z.object({
  resource: ResourceName,
  included: z.boolean(),
  /** When not empty, only these containers (folders, calendars, drives, lists), by the provider's ids. */
  containers_in: z.array(z.string().min(1)).max(1_000),
  /** These containers not. */
  containers_out: z.array(z.string().min(1)).max(1_000),
  /** Nothing that happened before; `""` for everything. */
  since: MaybeMoment,
  /** False: no bodies, no content of files. */
  bodies: z.boolean(),
  /** `busy`: of a private event only when it is. */
  private_events: z.enum(["full", "busy"]),
});
export type ResourceChoice = z.infer<typeof ResourceChoice>;

/** One account of a person at a provider. */
export const Connection = z.object({
  connection_id: OwnId,
  user_id: UserId,
  provider: ProviderName,
  /** The provider's own id of the account. */
  account_id: z.string().min(1),
  /** The account's address, lower-case. */
  address: z.string(),
  state: z.enum(["active", "needs_reauth", "disconnected"]),
  scopes: z.array(z.string()),
  resources: z.array(ResourceStatus),
  /** One for each resource of which not everything is given. */
  choices: z.array(ResourceChoice).default([]),
  created_at: Moment,
  updated_at: Moment,
});
export type Connection = z.infer<typeof Connection>;

/** A text encrypted by AES-GCM: key id, nonce and ciphertext in base64url. */
export const Sealed = z.object({ key_id: z.string().min(1), nonce: z.string().min(1), text: z.string().min(1) });
export type Sealed = z.infer<typeof Sealed>;

/** A connection's tokens. The sealed text is JSON of `Tokens` (providers' port). */
export const TokenRecord = z.object({ connection_id: OwnId, sealed: Sealed, expires_at: Moment });
export type TokenRecord = z.infer<typeof TokenRecord>;

/** A subscription of ours at a provider; written before the provider is asked to create it. */
export const ProviderSubscription = z.object({
  /** Ours, random; stands in the notification URL. */
  subscription_id: OwnId,
  user_id: UserId,
  connection_id: OwnId,
  provider: ProviderName,
  resource: ResourceName,
  /** The part of the resource that it watches (`Provider.targets`). */
  target: z.string().default(""),
  /** The secret that the provider repeats in each notification. */
  client_state: z.string().min(16),
  /** The provider's id; `""` until it answered. */
  remote_id: z.string(),
  expires_at: MaybeMoment,
  state: z.enum(["creating", "active", "replaced", "failed"]),
  /** Until when a replaced subscription's notifications are still accepted. */
  accepted_until: MaybeMoment,
  reason: z.string(),
  /** Our id of the one that it replaces, until that one was ended. */
  former: z.string().default(""),
  /** The `PUBLIC_URL` that its notifications go to; `""` for one of a release that did not note it. */
  public_url: z.string().default(""),
});
export type ProviderSubscription = z.infer<typeof ProviderSubscription>;

/** A resource to be read though nobody asked, by the moment it is due. */
export const DuePoll = z.object({
  user_id: UserId,
  connection_id: OwnId,
  provider: ProviderName,
  resource: ResourceName,
});
export type DuePoll = z.infer<typeof DuePoll>;

/** A subscription at a provider to be made, renewed or made again, by the moment it is due. */
export const DueRenewal = z.object({
  subscription_id: OwnId,
  /** The provider's lifecycle event that asks for it, `""` when its time has come. */
  event: z.enum(["", "reauthorizationRequired", "subscriptionRemoved", "missed"]),
});
export type DueRenewal = z.infer<typeof DueRenewal>;

/** A connection that was disconnected and is not at its end yet, by the moment it is gone on with. */
export const DueEnding = z.object({
  user_id: UserId,
  connection_id: OwnId,
  /** Whether its documents are withdrawn. */
  purge: z.boolean(),
  since: Moment,
});
export type DueEnding = z.infer<typeof DueEnding>;

/** A connection whose subscriptions are compared with what the provider holds, by the moment it is due. */
export const DueCheck = z.object({ user_id: UserId, connection_id: OwnId });
export type DueCheck = z.infer<typeof DueCheck>;

/** A connection to be verified, by the moment it is due. */
export const DueVerification = z.object({ user_id: UserId, connection_id: OwnId });
export type DueVerification = z.infer<typeof DueVerification>;

/** A running batch, by the moment it is looked after; how often it was found where it had been before. */
export const DueBatch = z.object({ user_id: UserId, batch_id: OwnId, stalls: z.int().nonnegative() });
export type DueBatch = z.infer<typeof DueBatch>;

/** That a person is being erased: since when, which also tells one erasure from another. */
export const Erasure = z.object({ since: Moment });
export type Erasure = z.infer<typeof Erasure>;

/** An erasure by the moment of its next pass. The user id stands here until the last one. */
export const DueErasure = z.object({
  user_id: UserId,
  since: Moment,
  /** Connections that were there at any pass: what is kept of them is found by their ids alone. */
  connections: z.array(OwnId).max(10_000),
  passes: z.int().nonnegative(),
});
export type DueErasure = z.infer<typeof DueErasure>;

/** When a tick last ran to its end. */
export const TickRun = z.object({ ran_at: Moment });
export type TickRun = z.infer<typeof TickRun>;

/** An API key; the key itself is never stored. */
export const ApiKey = z.object({
  key_hash: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().max(128),
  scope: z.string().regex(/^(admin|user:[A-Za-z0-9_-]{1,64})$/),
  created_at: Moment,
  /** From then on it opens nothing; `""`: until it is revoked. */
  expires_at: MaybeMoment.default(""),
});
export type ApiKey = z.infer<typeof ApiKey>;

/**
 * Whose connections an account stands for, in system scope `accounts` by `accountRecordId`: Gmail's notifications name
 * nothing but the address, and several people may have connected the same one.
 */
export const AccountRecord = z.object({
  connections: z.array(z.object({ user_id: UserId, connection_id: OwnId })).max(100),
});
export type AccountRecord = z.infer<typeof AccountRecord>;

/** Where the record of an account is kept: by its address, or by its id where the provider tells none. */
export function accountRecordId(
  { provider, address, account_id }: Pick<Connection, "provider" | "address" | "account_id">,
): string {
  return address === "" ? `${provider}:#${account_id}` : `${provider}:${address}`;
}

/** The providers: where documents come from. Adapters: Microsoft Graph, Google (and, later, file import). */
import type { NormalisedDocument } from "../contracts/documents.ts";
import type { DocType, ProviderName } from "../contracts/names.ts";
import type { ResourceName } from "../contracts/ids.ts";
import type { Connection } from "../contracts/records.ts";

/** An account whose data may be read, and the one door to it: authorised, budgeted, patient. */
export interface Mailbox {
  readonly connection: Connection;
  /**
   * A request with a fresh access token, at most 3 at once per mailbox over all instances, a time limit, and retries of
   * what is worth it. Answers of any status are returned, but for those that mean "not now".
   * @throws TransientError `throttled` (Retry-After kept in `retry_after_ms`), `provider_away`
   * @throws PermanentError `needs_reauth` when the grant is gone
   */
  request(url: string, init?: ProviderRequest): Promise<ProviderResponse>;
  /** Aborted when the holder's time is up or its lease is gone. */
  readonly signal: AbortSignal;
}

/** A request to a provider; `GET` without a method. */
export interface ProviderRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown;
  /**
   * The answer is a file: its bytes are wanted, up to so many, and it may take longer. A redirect to where the file is
   * is followed once, without the token.
   */
  readonly bytes_max?: number;
  readonly purpose?: Purpose;
  /** What it uses up of what the provider counts: it waits until that may be spent, and so does each repetition. */
  readonly costs?: readonly Cost[];
}

/** What a request is for: it is counted by that, and what is not urgent gives way. */
export interface Purpose {
  readonly resource: ResourceName;
  /** Part of a first reading, or of any other that enumerates: what changes now goes ahead of it. */
  readonly backfill: boolean;
}

/** Units of a quota. */
export interface Cost {
  /** The provider's API, whose quotas are spent together. */
  readonly api: string;
  /** The quota within the API: a person's, or the project's. */
  readonly name: string;
  readonly units: number;
  /** How many may be spent within the window. */
  readonly limit: number;
  readonly within_ms: number;
}

/** A provider's answer, read whole. `json` is not checked yet: the adapter's schemas do that. */
export interface ProviderResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null for an empty body or one that is not JSON (error pages are HTML at times). */
  readonly json: unknown;
  readonly text: string;
  /** Of a 2xx answer to a request with `bytes_max`: the bytes, or null when there are more. `text` is then `""`. */
  readonly bytes?: Uint8Array | null;
}

/** A document as it was read. `version` is the provider's own (see `LedgerEntry.version`). */
export interface ReadDocument {
  readonly provider_id: string;
  readonly container: string;
  readonly version: number;
  /** Without `doc_id` and `connection_id`, which the reader of the page adds. */
  readonly document: UnboundDocument;
}

/** A normalised document before it is bound to its person: `doc_id` and `connection_id` are added by office. */
export type UnboundDocument = DistributiveOmit<NormalisedDocument, "doc_id" | "connection_id">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** How an item is named: its id and the container that it was seen in (`""` where that is not known). */
export interface ItemName {
  readonly provider_id: string;
  readonly container: string;
}

/** A container's statement that it does not hold the item any more. It is not a statement about the item. */
export interface Removal extends ItemName {
  readonly doc_type: DocType;
}

/** An item that the person's choice leaves out: if it was published before, it is withdrawn. */
export interface LeftOut extends ItemName {
  readonly left_out: true;
}

/** What reading one item gives. */
export type ItemReading = ReadDocument | Refusal | LeftOut;

/** An item of a page that can't become a document: set aside as a dead letter by name, never stopping the rest. */
export interface Refusal extends ItemName {
  readonly reason: string;
  readonly field: string;
}

/**
 * An item of a page before it is normalised: normalising is where a hostile item does its harm, so the reader of the
 * page does it one by one and can set a single item aside.
 */
export interface PageItem extends ItemName {
  /**
   * Given only where the document of this version is known to be the one that this very version gave before (files,
   * whose content is costly): when the ledger holds the item as published in this container with this version and
   * without a doubt, `read` need not be called, and the item counts as seen.
   */
  readonly version?: number;
  /**
   * Normalises, and for a file fetches its content first; never throws for what the provider sent.
   * @throws TransientError when the content can't be fetched now
   */
  read(): ItemReading | Promise<ItemReading>;
}

/** One page of changes. An id stands in one of its lists only: where it came several times, the last one counts. */
export interface ChangePage {
  readonly documents: readonly PageItem[];
  readonly removals: readonly Removal[];
  /** Changed, but shown only in part (Graph's `isRead` changes): to be looked up. */
  readonly partial: readonly ItemName[];
  /** Items without a usable id. */
  readonly refused: readonly Refusal[];
  /** Where to go on: opaque JSON text of the adapter. */
  readonly cursor: string;
  /** True on the last page of a round. */
  readonly done: boolean;
  /**
   * A container that is being enumerated from its beginning (no cursor, or a lost one), with whether this page begins
   * it (again) and whether it ends it. Only when it ended is absence evidence, and only for this container.
   * `null` on ordinary delta pages.
   */
  readonly enumeration: { readonly container: string; readonly started: boolean; readonly finished: boolean } | null;
  /** Containers that are gone: all that the ledger holds in them is in doubt. */
  readonly gone_containers: readonly string[];
  /** Containers that the person's choice leaves out: all that the ledger holds in them is withdrawn. */
  readonly left_out_containers?: readonly string[];
}

/** A folder, calendar, drive or list, by the id that a person's choice names it with. */
export interface OfferedContainer {
  readonly container_id: string;
  readonly name: string;
  /** The one that it lies in, `""` for none. */
  readonly parent_id: string;
  /** What it is for (`inbox`, `primary`, …), `""` for nothing special. */
  readonly role: string;
}

/** What a lookup says of one item. `unknown`: the answer proves nothing (an error of that one item). */
export type LookedUp =
  | { readonly kind: "found"; readonly read: ReadDocument }
  | { readonly kind: "gone" }
  | { readonly kind: "left_out" }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "unknown" };

/** What the provider says of a subscription it made or renewed. */
export interface Granted {
  readonly remote_id: string;
  /** ISO 8601 UTC. */
  readonly expires_at: string;
}

/** Access and refresh token. Never logged, stored only sealed. */
export interface Tokens {
  readonly access_token: string;
  /** `""` when the provider gave none. */
  readonly refresh_token: string;
  /** Milliseconds since the epoch. */
  readonly expires_at_ms: number;
  readonly scopes: readonly string[];
}

/** Who gave consent. */
export interface Account {
  readonly account_id: string;
  /** Lower-case. */
  readonly address: string;
}

/** What a person is sent to the provider with. */
export interface AuthorizeRequest {
  readonly state: string;
  readonly code_verifier: string;
  readonly redirect_uri: string;
  /** The address that the person is expected to choose, `""` for none. */
  readonly hint: string;
  /** What the person is asked for; everything where none are named. */
  readonly resources?: readonly ResourceName[];
}

/** The consent, as the OAuth authorisation code flow with PKCE. */
export interface OAuth {
  authorizeUrl(request: AuthorizeRequest): Promise<URL>;
  /** @throws PermanentError `consent_refused`, `code_invalid` */
  exchange(callback: URL, request: { state: string; code_verifier: string; redirect_uri: string }): Promise<Tokens>;
  /** An answer without refresh token keeps the old one. @throws PermanentError `needs_reauth` on `invalid_grant` */
  refresh(tokens: Tokens): Promise<Tokens>;
  revoke(tokens: Tokens): Promise<void>;
  account(access_token: string): Promise<Account>;
}

/** One provider: consent, reading, and notifications. It keeps no state; what it must remember is in the cursor. */
export interface Provider {
  readonly name: ProviderName;
  readonly oauth: OAuth;
  /** The resources that these granted scopes allow. */
  resources(scopes: readonly string[]): readonly ResourceName[];
  /**
   * One page from the cursor (`""`: from the beginning). A lost cursor is not an error: the page then says that an
   * enumeration has begun. The adapter takes care that a round ends.
   * @param urgent something was notified while an enumeration goes on: where the adapter can, what was read before is
   *   looked at first, and the enumeration goes on after that
   */
  changes(mailbox: Mailbox, resource: ResourceName, cursor: string, urgent?: boolean): Promise<ChangePage>;
  /**
   * What the first read of a resource begins with instead of `""`, so that the newest items come first even where the
   * provider enumerates container by container. It ends as the other does: everything enumerated, some of it seen twice.
   */
  firstCursor?(resource: ResourceName): string;
  /**
   * Reads items by id, batched. Where ids are those of the account, whatever container an item is in now.
   * @param cursor the resource's cursor, which knows the containers' names and roles; without it they are asked for,
   *   at the price of another request.
   * @returns one answer for each item, in their order
   */
  lookup(
    mailbox: Mailbox,
    resource: ResourceName,
    items: readonly ItemName[],
    cursor?: string,
  ): Promise<readonly LookedUp[]>;
  /**
   * The containers that a person may choose among, asked for now.
   * @param parent of a drive the folders in this one; `""` for the drives and the folders at the top. Of other resources
   *   all are given, whatever it is.
   */
  containers(mailbox: Mailbox, resource: ResourceName, parent: string): Promise<readonly OfferedContainer[]>;
  /** Where an item's id is unique: in the whole account, or in its container only. */
  idScope(resource: ResourceName): "account" | "container";
  /**
   * Whether the provider can notify about the resource here; the reason when it can't.
   * @param scopes what was granted, where notifications need more than reading does
   */
  push(resource: ResourceName, scopes?: readonly string[]): PushSupport;
  /**
   * The parts of a resource that are watched each by a subscription of its own, as the cursor knows them; `[""]` where
   * one subscription tells of everything.
   */
  targets(resource: ResourceName, cursor: string): readonly string[];
  subscribe(mailbox: Mailbox, request: SubscribeRequest): Promise<Granted>;
  /** @throws PermanentError `subscription_gone` */
  renew(mailbox: Mailbox, subscription: SubscriptionName): Promise<Granted>;
  /** Ends a subscription; one that is gone already is ended too. */
  unsubscribe(mailbox: Mailbox, subscription: SubscriptionName): Promise<void>;
  /** What the provider holds of ours for this account; null where it can't be asked. */
  subscriptions(mailbox: Mailbox): Promise<readonly RemoteSubscription[] | null>;
}

/** How a provider notifies about a resource. */
export interface PushSupport {
  readonly supported: boolean;
  /** Why it does not; `""` when it does. */
  readonly reason: string;
  /**
   * Notifications that follow another one within this time are dropped by the provider, milliseconds: what one of them
   * asked for has to be read once more after it. Absent when none are dropped.
   */
  readonly drops_within_ms?: number;
  /** A subscription is renewed at least so often, however long it would live, milliseconds. Absent: near its end. */
  readonly renew_within_ms?: number;
  /** `replace`: a subscription's life can't be extended, so another one is made before it ends. */
  readonly renewal: "extend" | "replace";
}

/** What a subscription is asked for with; our record of it is written already. */
export interface SubscribeRequest {
  readonly resource: ResourceName;
  /** One of `Provider.targets`. */
  readonly target: string;
  /** Our own id, part of the notification URL. */
  readonly subscription_id: string;
  readonly client_state: string;
}

/** A subscription of ours, as the provider is asked about it. */
export interface SubscriptionName extends Omit<SubscribeRequest, "client_state"> {
  readonly remote_id: string;
}

/** A subscription that the provider holds. */
export interface RemoteSubscription {
  readonly remote_id: string;
  /** Our id, from its notification address; `""` when that is not ours. */
  readonly subscription_id: string;
  /** ISO 8601 UTC. */
  readonly expires_at: string;
}

/** A provider as it was opened from the configuration. */
export interface OpenedProvider extends Provider {
  /** The base addresses that a mailbox's requests may go to; whatever else a provider's answer names is refused. */
  readonly hosts: readonly string[];
}

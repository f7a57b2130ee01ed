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
}

/** A provider's answer, read whole. `json` is not checked yet: the adapter's schemas do that. */
export interface ProviderResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; null for an empty body or one that is not JSON (error pages are HTML at times). */
  readonly json: unknown;
  readonly text: string;
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

/** A container's statement that it does not hold the item any more. It is not a statement about the item. */
export interface Removal {
  readonly provider_id: string;
  readonly container: string;
  readonly doc_type: DocType;
}

/** An item of a page that can't become a document: set aside as a dead letter by name, never stopping the rest. */
export interface Refusal {
  readonly provider_id: string;
  readonly reason: string;
  readonly field: string;
}

/**
 * An item of a page before it is normalised: normalising is where a hostile item does its harm, so the reader of the
 * page does it one by one and can set a single item aside.
 */
export interface PageItem {
  readonly provider_id: string;
  readonly container: string;
  /** Normalises; pure, never throws for what the provider sent. */
  read(): ReadDocument | Refusal;
}

/** One page of changes. An id stands in one of its lists only: where it came several times, the last one counts. */
export interface ChangePage {
  readonly documents: readonly PageItem[];
  readonly removals: readonly Removal[];
  /** Changed, but shown only in part (Graph's `isRead` changes): to be looked up. */
  readonly partial: readonly { readonly provider_id: string; readonly container: string }[];
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
}

/** What a lookup says of one id. `unknown`: the answer proves nothing (an error of that one item). */
export type LookedUp =
  | { readonly kind: "found"; readonly read: ReadDocument }
  | { readonly kind: "gone"; readonly provider_id: string }
  | { readonly kind: "refused"; readonly refusal: Refusal }
  | { readonly kind: "unknown"; readonly provider_id: string };

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

/** The consent, as the OAuth authorisation code flow with PKCE. */
export interface OAuth {
  /** @param hint the address that the person is expected to choose, `""` for none. */
  authorizeUrl(request: { state: string; code_verifier: string; redirect_uri: string; hint: string }): Promise<URL>;
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
   */
  changes(mailbox: Mailbox, resource: ResourceName, cursor: string): Promise<ChangePage>;
  /**
   * Reads items by id, batched, whatever container they are in.
   * @param cursor the resource's cursor, which knows the containers' names and roles; without it they are asked for,
   *   at the price of another request.
   */
  lookup(
    mailbox: Mailbox,
    resource: ResourceName,
    provider_ids: readonly string[],
    cursor?: string,
  ): Promise<readonly LookedUp[]>;
  /** Whether the provider can notify about the resource here; the reason when it can't. */
  push(resource: ResourceName): PushSupport;
  subscribe(mailbox: Mailbox, request: SubscribeRequest): Promise<Granted>;
  renew(mailbox: Mailbox, resource: ResourceName, remote_id: string): Promise<Granted>;
  unsubscribe(mailbox: Mailbox, resource: ResourceName, remote_id: string): Promise<void>;
}

/** A subscription that is about to be made; our record of it is written already. */
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
}

/** What a subscription is asked for with. */
export interface SubscribeRequest {
  readonly resource: ResourceName;
  /** Our own id, part of the notification URL. */
  readonly subscription_id: string;
  readonly client_state: string;
}

/** A provider as it was opened from the configuration. */
export interface OpenedProvider extends Provider {
  /** The base addresses that a mailbox's requests may go to; whatever else a provider's answer names is refused. */
  readonly hosts: readonly string[];
}

/** One resource of Google Workspace, as the provider is made of them. */
import type { Deps } from "../../contracts/deps.ts";
import type { ChangePage, Granted, ItemName, LookedUp, Mailbox, PushSupport, SubscribeRequest } from "../port.ts";
import type { SubscriptionName } from "../port.ts";
import type { Extract } from "../office_file.ts";
import type { GoogleConfig, GoogleUrls } from "./config.ts";

/** What a resource is opened with. */
export interface GoogleOptions {
  readonly config: GoogleConfig;
  readonly urls: GoogleUrls;
  readonly deps: Deps;
  /** Reads the text of files. */
  readonly extract: Extract;
}

/** What reads an account. */
export interface GoogleReader {
  readonly deps: Deps;
  readonly urls: GoogleUrls;
  readonly mailbox: Mailbox;
}

/** A resource; the methods are those of `Provider`, for this resource alone. */
export interface GoogleResource {
  /** Each of them lets the resource be read; the first one is asked for. */
  readonly scopes: readonly [string, ...string[]];
  readonly id_scope: "account" | "container";
  readonly notifications: GoogleNotifications;
  changes(mailbox: Mailbox, cursor: string, urgent?: boolean): Promise<ChangePage>;
  lookup(mailbox: Mailbox, items: readonly ItemName[], cursor: string): Promise<readonly LookedUp[]>;
}

/** How a resource tells that it changed. */
export interface GoogleNotifications {
  readonly push: PushSupport;
  targets(cursor: string): readonly string[];
  subscribe(mailbox: Mailbox, request: SubscribeRequest): Promise<Granted>;
  /** @throws PermanentError `subscription_gone` */
  renew(mailbox: Mailbox, subscription: SubscriptionName): Promise<Granted>;
  unsubscribe(mailbox: Mailbox, subscription: SubscriptionName): Promise<void>;
}

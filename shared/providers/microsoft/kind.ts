/** A resource that Graph keeps in containers: what tells mail, events, contacts and tasks apart, for one way of reading. */
import type { ResourceName } from "../../contracts/ids.ts";
import type { DocType } from "../../contracts/names.ts";
import type { ResourceChoice } from "../../contracts/records.ts";
import { choiceOf, includes } from "../choice.ts";
import type { ItemName, ItemReading } from "../port.ts";
import type { Containers } from "./cursor.ts";
import type { HtmlReader } from "./html.ts";
import type { Reading } from "./resource.ts";

/** Addresses are relative to Graph's version; headers go with every request, since links do not remember them. */
export interface ContainedKind {
  readonly resource: ResourceName;
  readonly doc_type: DocType;
  readonly list: ContainerList;
  readonly headers: Readonly<Record<string, string>>;
  /** Where a container's delta begins. */
  firstUrl(container: string, at: ReadingTime): string;
  /** Where a container's newest items are read, for what comes while it is listed from its beginning. */
  newestUrl?(container: string, choice: ResourceChoice): string;
  /** Where the newest items of all containers are listed, where Graph does that. */
  overviewUrl?(choice: ResourceChoice): string;
  /** How long a link is good for, where a delta covers a span of time that was named when it began. */
  readonly link_ms_max?: number;
  /** What is to be done with an item that a delta shows whole. */
  glance?(item: unknown): Glance;
  /** The container that an item says it is in; `seen_in` where it does not say. `known` are those of the cursor. */
  containerOf(item: unknown, seen_in: string, known: Containers): string;
  itemUrl(item: ItemName, choice: ResourceChoice): string;
  /** Where the files that hang on an item are listed, for those that say they have any. */
  attachmentsUrl?(provider_id: string): string;
  /** The document of an item. Pure. */
  read(item: unknown, at: ItemPlace): ItemReading;
}

/** What an address may depend on. */
export interface ReadingTime {
  readonly choice: ResourceChoice;
  readonly now_ms: number;
}

/** `whole`: it can be read as it stands. `besides`: another item that has to be looked up because of it. */
export interface Glance {
  readonly whole: boolean;
  readonly besides: string;
}

/** What an item does not say of itself. */
export interface ItemPlace {
  readonly container: string;
  readonly containers: Containers;
  readonly choice: ResourceChoice;
  readonly html: HtmlReader;
}

/** The list of containers. */
export interface ContainerList {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `delta`: what changed since; `whole`: all of them, each time. */
  readonly form: "delta" | "whole";
  /** The member that holds a container's name. */
  readonly name_member: string;
  /** Where one container is read by id. */
  itemUrl(id: string): string;
  /** Containers that exist without being listed. */
  readonly unlisted: readonly { readonly id: string; readonly name: string }[];
  /** What containers are for. @returns roles by id, and whether all are known */
  readRoles?(
    reading: Reading,
  ): Promise<{ readonly roles: Readonly<Record<string, string>>; readonly complete: boolean }>;
  /** The order of reading, by role: what a person looks for first is read first. */
  readonly order: readonly string[];
}

/** Reads an item where it is, unless that place is left out. */
export function readItem(kind: ContainedKind, item: unknown, provider_id: string, place: ItemPlace): ItemReading {
  const { container, choice } = place;
  return includes(choice, [container]) ? kind.read(item, place) : { left_out: true, provider_id, container };
}

/** The person's choice for the resource. */
export function choiceFor(kind: ContainedKind, reading: Reading): ResourceChoice {
  return choiceOf(reading.mailbox.connection, kind.resource);
}

import type { Clock } from "../../shared/contracts/deps.ts";
import { type Entry, Journal, type Verb } from "./journal.ts";

/** A calendar, an address book, a task list. */
export interface Container {
  readonly number: number;
  name: string;
  /** The one that every account has. */
  readonly isDefault: boolean;
  readonly createdAt: number;
  modifiedAt: number;
  /** Counts its changes, not those of its items. */
  version: number;
  gone: boolean;
}

/** Something that a person keeps. */
export interface Item<Content> {
  readonly number: number;
  container: number;
  content: Content;
  readonly createdAt: number;
  modifiedAt: number;
  /** Counts every change; becomes etag and change key. */
  version: number;
  /** How often its content was changed. */
  edits: number;
  gone: boolean;
}

/** Told of each change after it was made. */
export type Listener = (entry: Entry) => void;

/**
 * What a person keeps of one kind, whoever the provider is: containers, the items in them, and what happened to both.
 * Numbers are given once and never again; what is gone can still be asked for.
 */
export class Collection<Content> {
  /** What happened to the containers: their entries have the container's number as `item`. */
  readonly containerJournal = new Journal();
  readonly journal = new Journal();
  readonly #clock: Clock;
  readonly #containers: Container[] = [];
  readonly #items: Item<Content>[] = [];
  readonly #listeners: Listener[] = [];
  readonly #containerListeners: Listener[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tells of changes of items from now on. */
  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Tells of changes of containers from now on. */
  listenContainers(listener: Listener): void {
    this.#containerListeners.push(listener);
  }

  /** The containers that are there, the default one first. */
  containers(): Container[] {
    return this.#containers.filter((one) => !one.gone);
  }

  /** The container of this number, gone ones included. */
  container(number: number): Container {
    const found = this.#containers[number];
    if (found === undefined) throw new RangeError(`Cannot find container ${number}`);
    return found;
  }

  /** A container by its name; undefined if there is none. */
  named(name: string): Container | undefined {
    return this.containers().find((one) => one.name === name);
  }

  addContainer(name: string, at = this.now()): Container {
    const number = this.#containers.length;
    const isDefault = number === 0;
    const added = { number, name, isDefault, createdAt: at, modifiedAt: at, version: 1, gone: false };
    this.#containers.push(added);
    this.#noteContainer({ at, verb: "create", item: number, container: number });
    return added;
  }

  renameContainer(container: Container, name: string): void {
    container.name = name;
    this.#touchContainer(container, "rename");
  }

  /** Deletes a container with all that is in it. */
  deleteContainer(container: Container): void {
    if (container.isDefault) throw new RangeError(`Cannot delete the default container "${container.name}"`);
    for (const item of this.in(container.number)) this.delete(item);
    container.gone = true;
    this.#touchContainer(container, "delete");
  }

  /** The items that are there. */
  live(): Item<Content>[] {
    return this.#items.filter((one) => !one.gone);
  }

  /** The items that are in a container. */
  in(container: number): Item<Content>[] {
    return this.#items.filter((one) => !one.gone && one.container === container);
  }

  get size(): number {
    return this.live().length;
  }

  /** The number that the next item will have. */
  get nextNumber(): number {
    return this.#items.length;
  }

  /** The item of this number, gone ones included. */
  at(number: number): Item<Content> | undefined {
    return this.#items[number];
  }

  /** The item of this number if it is there. */
  find(number: number): Item<Content> | undefined {
    const item = this.#items[number];
    return item?.gone === false ? item : undefined;
  }

  create(container: number, content: Content, at = this.now()): Item<Content> {
    const number = this.#items.length;
    const item = { number, container, content, createdAt: at, modifiedAt: at, version: 1, edits: 0, gone: false };
    this.#items.push(item);
    this.note(item, "create", {}, at);
    return item;
  }

  /** Changes the content: what is given over what it was. */
  edit(item: Item<Content>, change: Partial<Content>): void {
    item.content = { ...item.content, ...change };
    item.edits++;
    this.touch(item, "edit");
  }

  move(item: Item<Content>, container: number): void {
    const from = item.container;
    if (from === container) return;
    item.container = container;
    this.touch(item, "move", { from });
  }

  /** Takes an item away for good. */
  delete(item: Item<Content>): void {
    if (item.gone) return;
    item.gone = true;
    this.touch(item, "delete");
  }

  protected now(): number {
    return this.#clock.now();
  }

  /** Counts a change of an item, and notes it. */
  protected touch(item: Item<Content>, verb: Verb, more: Partial<Entry> = {}): void {
    item.version++;
    item.modifiedAt = this.now();
    this.note(item, verb, more, item.modifiedAt);
  }

  protected note(item: Item<Content>, verb: Verb, more: Partial<Entry>, at: number): void {
    const entry = this.journal.add({ at, verb, item: item.number, container: item.container, ...more });
    for (const listener of this.#listeners) listener(entry);
  }

  #touchContainer(container: Container, verb: Verb): void {
    container.version++;
    container.modifiedAt = this.now();
    const { number } = container;
    this.#noteContainer({ at: container.modifiedAt, verb, item: number, container: number });
  }

  #noteContainer(entry: Omit<Entry, "sequence">): void {
    const added = this.containerJournal.add(entry);
    for (const listener of this.#containerListeners) listener(added);
  }
}

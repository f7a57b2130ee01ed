/**
 * The smallest honest reader of a provider's changes: it keeps what the pages show, believes no removal without a
 * lookup, and takes absence for evidence only where an enumeration ended. What it holds must become what the mailbox
 * truly holds.
 */
import assert from "node:assert/strict";
import { type Email, NormalisedDocument } from "../../shared/contracts/documents.ts";
import type { ResourceName } from "../../shared/contracts/ids.ts";
import type { ItemName, Mailbox, Provider, ReadDocument, Refusal } from "../../shared/providers/port.ts";

const BOUND = { doc_id: "0".repeat(32), connection_id: "connection-1" };

/** What was read. */
export class Follower {
  cursor = "";
  pages = 0;
  readonly documents = new Map<string, NormalisedDocument>();
  readonly refused: Refusal[] = [];
  readonly enumerated: string[] = [];
  readonly #seen = new Map<string, Set<string>>();
  #doubts = new Map<string, ItemName>();

  constructor(readonly provider: Provider, readonly mailbox: Mailbox, readonly resource: ResourceName = "mail") {}

  /** What is held, where that is mail. */
  get mails(): ReadonlyMap<string, Email> {
    return new Map([...this.documents].flatMap(([id, one]) => one.doc_type === "email" ? [[id, one]] : []));
  }

  /** One round, to the page that says it is done, and the lookups that it gave rise to. */
  async round(pages_max = 2_000): Promise<void> {
    for (let pages = 1;; pages++) {
      assert.ok(pages <= pages_max, `the round ends within ${pages_max} pages`);
      this.pages++;
      if (await this.page()) break;
    }
    await this.settle();
  }

  /** One page. @returns whether the round is done */
  async page(urgent = false): Promise<boolean> {
    const page = await this.provider.changes(this.mailbox, this.resource, this.cursor, urgent);
    this.cursor = page.cursor;
    this.refused.push(...page.refused);
    const { enumeration } = page;
    if (enumeration?.started === true) this.#seen.set(enumeration.container, new Set());
    else if (enumeration !== null) assert.ok(this.#seen.has(enumeration.container), "an enumeration has a beginning");
    for (const item of page.documents) {
      const outcome = await item.read();
      if ("document" in outcome) this.#keep(outcome);
      else if ("reason" in outcome) this.refused.push(outcome);
      else this.documents.delete(outcome.provider_id);
      if (enumeration !== null) this.#seen.get(enumeration.container)?.add(item.provider_id);
    }
    for (const { provider_id, container } of page.removals) {
      // Since then another container has shown it, so that one will tell when it goes.
      if (this.documents.get(provider_id)?.container !== container && this.documents.has(provider_id)) continue;
      this.#doubts.set(provider_id, { provider_id, container });
    }
    for (const { provider_id, container } of page.partial) {
      const known = this.documents.get(provider_id);
      if (known !== undefined) this.documents.set(provider_id, { ...known, container });
      this.#doubts.set(provider_id, { provider_id, container });
      if (enumeration !== null) this.#seen.get(enumeration.container)?.add(provider_id);
    }
    for (const container of page.gone_containers) this.#doubt(container, new Set());
    for (const container of page.left_out_containers ?? []) {
      for (const [id, one] of this.documents) if (one.container === container) this.documents.delete(id);
    }
    if (enumeration?.finished === true) {
      this.enumerated.push(enumeration.container);
      this.#doubt(enumeration.container, this.#seen.get(enumeration.container) ?? new Set());
      this.#seen.delete(enumeration.container);
    }
    return page.done;
  }

  /** Looks up what is in doubt. */
  async settle(): Promise<void> {
    const doubts = [...this.#doubts.values()];
    this.#doubts = new Map();
    const answers = await this.provider.lookup(this.mailbox, this.resource, doubts, this.cursor);
    for (const [at, item] of doubts.entries()) {
      const answer = answers[at];
      if (answer?.kind === "found") this.#keep(answer.read);
      if (answer?.kind === "gone" || answer?.kind === "left_out") this.documents.delete(item.provider_id);
      if (answer?.kind === "unknown") this.#doubts.set(item.provider_id, item);
      if (answer?.kind === "refused") this.refused.push(answer.refusal);
    }
  }

  #keep(read: ReadDocument): void {
    const document = NormalisedDocument.parse({ ...read.document, ...BOUND });
    assert.equal(document.provider_id, read.provider_id);
    assert.equal(document.container, read.container);
    this.documents.set(read.provider_id, document);
    this.#doubts.delete(read.provider_id);
  }

  #doubt(container: string, seen: ReadonlySet<string>): void {
    for (const [provider_id, one] of this.documents) {
      if (one.container === container && !seen.has(provider_id)) {
        this.#doubts.set(provider_id, { provider_id, container });
      }
    }
  }
}

/**
 * The smallest honest reader of a provider's changes: it keeps what the pages show, believes no removal without a
 * lookup, and takes absence for evidence only where an enumeration ended. What it holds must become what the mailbox
 * truly holds.
 */
import assert from "node:assert/strict";
import { Email } from "../../shared/contracts/documents.ts";
import type { Mailbox, Provider, ReadDocument, Refusal } from "../../shared/providers/port.ts";

const UnboundEmail = Email.omit({ doc_id: true, connection_id: true });
export type UnboundEmail = ReturnType<typeof UnboundEmail.parse>;

/** What was read. */
export class Follower {
  cursor = "";
  pages = 0;
  readonly mails = new Map<string, UnboundEmail>();
  readonly refused: Refusal[] = [];
  readonly enumerated: string[] = [];
  readonly #seen = new Map<string, Set<string>>();
  #doubts = new Set<string>();

  constructor(readonly provider: Provider, readonly mailbox: Mailbox) {}

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
  async page(): Promise<boolean> {
    const page = await this.provider.changes(this.mailbox, "mail", this.cursor);
    this.cursor = page.cursor;
    this.refused.push(...page.refused);
    const { enumeration } = page;
    if (enumeration?.started === true) this.#seen.set(enumeration.container, new Set());
    else if (enumeration !== null) assert.ok(this.#seen.has(enumeration.container), "an enumeration has a beginning");
    for (const item of page.documents) {
      const outcome = await item.read();
      if ("document" in outcome) this.#keep(outcome);
      else if ("reason" in outcome) this.refused.push(outcome);
      else this.mails.delete(outcome.provider_id);
      if (enumeration !== null) this.#seen.get(enumeration.container)?.add(item.provider_id);
    }
    for (const { provider_id } of [...page.removals, ...page.partial]) this.#doubts.add(provider_id);
    for (const container of page.gone_containers) this.#doubt(container, new Set());
    if (enumeration?.finished === true) {
      this.enumerated.push(enumeration.container);
      this.#doubt(enumeration.container, this.#seen.get(enumeration.container) ?? new Set());
      this.#seen.delete(enumeration.container);
    }
    return page.done;
  }

  /** Looks up what is in doubt. */
  async settle(): Promise<void> {
    const doubts = [...this.#doubts];
    this.#doubts = new Set();
    const items = doubts.map((provider_id) => ({ provider_id, container: "" }));
    for (const [at, answer] of (await this.provider.lookup(this.mailbox, "mail", items, this.cursor)).entries()) {
      const provider_id = doubts[at] ?? "";
      if (answer.kind === "found") this.#keep(answer.read);
      if (answer.kind === "gone") this.mails.delete(provider_id);
      if (answer.kind === "unknown") this.#doubts.add(provider_id);
      if (answer.kind === "refused") this.refused.push(answer.refusal);
    }
  }

  #keep(read: ReadDocument): void {
    const mail = UnboundEmail.parse(read.document);
    assert.equal(mail.provider_id, read.provider_id);
    assert.equal(mail.container, read.container);
    this.mails.set(read.provider_id, mail);
    this.#doubts.delete(read.provider_id);
  }

  #doubt(container: string, seen: ReadonlySet<string>): void {
    for (const [id, mail] of this.mails) if (mail.container === container && !seen.has(id)) this.#doubts.add(id);
  }
}

/** The address book as the embedded index really holds it. */
import assert from "node:assert/strict";
import { addressesOf, entriesOf } from "../../../consumers/contact_discovery/address_book.ts";
import { indexDocument } from "../../../consumers/vespa_loader/index_document.ts";
import { digest } from "../../../shared/contracts/ids.ts";
import type { Contact, NormalisedDocument } from "../../../shared/contracts/documents.ts";
import { openSqliteIndex } from "../../../shared/index/sqlite/mod.ts";
import { SimulatedClock } from "../../simulation/clock.ts";
import { AT, bookEntry, mail } from "./contacts_world.ts";

Deno.test("entriesOf() finds a person's own entries by any of their addresses, and nothing else that has them", async () => {
  const index = openSqliteIndex({ path: ":memory:", clock: new SimulatedClock() });
  try {
    let revision = 0;
    const feed = async (user_id: string, document: NormalisedDocument) => {
      const doc_id = await digest("test", user_id, document.title);
      const whole = { ...document, doc_id };
      await index.feed([{
        user_id,
        doc_type: document.doc_type,
        doc_id,
        revision: ++revision,
        operation: "put",
        document: await indexDocument(whole, AT),
      }]);
    };
    await feed("ada", bookEntry("Alex Stone", ["al@firm.example", "al@home.example"]));
    await feed("ada", bookEntry("Alex at work", ["al@firm.example"]));
    await feed("ada", bookEntry("Bo Ek", ["bal@firm.example"]));
    await feed("ada", { ...mail({ from: "al@firm.example" }), title: "A mail" });
    await feed("ben", bookEntry("Ben's Alex", ["al@firm.example"]));
    const names = async (...addresses: string[]) =>
      (await entriesOf(index, "ada", addresses)).map(({ title }) => title).sort();
    assert.deepEqual(await names("al@firm.example"), ["Alex Stone", "Alex at work"]);
    assert.deepEqual(await names("al@home.example", "bal@firm.example"), ["Alex Stone", "Bo Ek"]);
    assert.deepEqual(await names("nobody@firm.example"), []);
    const [stone]: Contact[] = await entriesOf(index, "ada", ["al@home.example"]);
    assert.deepEqual(stone === undefined ? [] : addressesOf(stone), ["al@firm.example", "al@home.example"]);
  } finally {
    await index.close();
  }
});

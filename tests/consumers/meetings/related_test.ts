/** Mails and files that belong to a meeting, from a real index. */
import assert from "node:assert/strict";
import { docId } from "../../../shared/contracts/ids.ts";
import { openSqliteIndex } from "../../../shared/index/sqlite/mod.ts";
import { docIdOf, put } from "../../adapters/index_samples.ts";
import { SimulatedClock } from "../../simulation/clock.ts";
import { openWorld } from "./meetings_world.ts";

const KIM = { name: "Kim", address: "kim@partner.test" };

Deno.test("a meeting shows what is linked, has its subject, or is from its people, and why, what fits most first", async () => {
  const index = openSqliteIndex({ path: ":memory:", clock: new SimulatedClock() });
  await using world = await openWorld({ index });
  await world.connect("ada@firm.test");
  const file_id = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345";
  const attached = await docId({
    user_id: "ada",
    provider: "google",
    account_id: "ada@firm.test",
    container: "",
    provider_id: file_id,
  });
  const from_kim = { from: [KIM.address], people: [KIM] };
  const happened_at = "2026-03-01T12:00:00.000Z";
  await index.feed([
    put(1, { title: "Re: Quarter planning", ...from_kim, happened_at }),
    put(2, { title: "Quarter planning", happened_at }),
    put(3, { title: "Lunch", ...from_kim, happened_at }),
    put(4, { title: "The link", body: "Join https://meet.google.com/abc-defg-hij then", happened_at }),
    put(5, { title: "Something else", happened_at }),
    put(6, { title: "Quarter planning", happened_at: "2025-03-01T12:00:00.000Z" }),
    put(7, { title: "Quarter planning", ...from_kim, happened_at, user_id: "ben" }),
    {
      ...put(8, { title: "Figures", doc_type: "sheet_document", happened_at: "2024-01-01T12:00:00.000Z" }),
      doc_id: attached,
    },
  ]);
  await world.deliver("a", 1, {
    title: "Quarter planning",
    body: `Figures: https://docs.google.com/spreadsheets/d/${file_id}/edit#gid=0`,
    online_url: "https://meet.google.com/abc-defg-hij",
    organizer: { name: "Ada", address: "ada@firm.test" },
    attendees: [{ ...KIM, response: "accepted", role: "required" }],
  });
  const { related } = await world.one();
  assert.deepEqual(related.map(({ doc_id, reasons }) => [doc_id, ...reasons]), [
    [docIdOf(4), "link"],
    [attached, "link"],
    [docIdOf(1), "subject", "participants"],
    [docIdOf(2), "subject"],
    [docIdOf(3), "participants"],
  ]);
  await index.close();
});

Deno.test("a title of one word and a meeting without people ask for nothing that has little to do with them", async () => {
  const index = openSqliteIndex({ path: ":memory:", clock: new SimulatedClock() });
  await using world = await openWorld({ index });
  await index.feed([put(1, { title: "Sync", happened_at: "2026-03-01T12:00:00.000Z" })]);
  await world.deliver("a", 1, { title: "Sync" });
  assert.deepEqual((await world.one()).related, []);
  await index.close();
});

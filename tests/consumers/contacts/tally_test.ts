/** The newest sightings that an address keeps are the newest of all, in whatever order they come and go. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NEWEST_MAX, type Sighting, type Tallies } from "../../../consumers/contact_discovery/model.ts";
import {
  compareSources,
  lacks,
  sourceOf,
  withoutSighting,
  withSighting,
} from "../../../consumers/contact_discovery/tally.ts";

const sighting = (minute: number): Sighting => ({
  address_id: "address",
  address: "grace@example.com",
  kind: "received",
  doc_type: "email",
  at: new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString(),
  name: "Grace",
  points: 1,
});
const idOf = (minute: number) => String(minute).padStart(4, "0");

Deno.test("what is given after something was taken does not stand where an older one that is not known belongs", () => {
  const minutes = fc.integer({ min: 0, max: 3 * NEWEST_MAX });
  fc.assert(fc.property(fc.array(minutes, { minLength: NEWEST_MAX, maxLength: 100 }), (changes) => {
    const held = new Set<number>();
    let tallies: Tallies = {};
    for (const minute of changes) {
      const change = held.delete(minute) ? withoutSighting : withSighting;
      if (change === withSighting) held.add(minute);
      tallies = change(tallies, sighting(minute), idOf(minute));
    }
    const all = [...held].map((minute) => sourceOf(sighting(minute), idOf(minute))).sort(compareSources);
    const newest = tallies.received?.newest ?? [];
    assert.equal(tallies.received?.count ?? 0, held.size);
    assert.deepEqual(newest, all.slice(0, newest.length), "the first of them, without a gap");
    assert.equal(lacks(tallies).length > 0, newest.length < Math.min(held.size, NEWEST_MAX));
  }));
});

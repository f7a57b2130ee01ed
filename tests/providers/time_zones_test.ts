import assert from "node:assert/strict";
import fc from "fast-check";
import { ianaZone, instantIn, localIn } from "../../shared/providers/time_zones.ts";

Deno.test("ianaZone() knows the names of Windows, of IANA and of Exchange, and no others", () => {
  assert.equal(ianaZone("W. Europe Standard Time"), "Europe/Berlin");
  assert.equal(ianaZone("Pacific Standard Time"), "America/Los_Angeles");
  assert.equal(ianaZone("Europe/Amsterdam"), "Europe/Amsterdam");
  assert.equal(ianaZone("tzone://Microsoft/Utc"), "UTC");
  assert.equal(ianaZone("UTC"), "UTC");
  for (const name of ["", "tzone://Microsoft/Custom", "Customized Time Zone", "+02:00", "\u0000"]) {
    assert.equal(ianaZone(name), "", name);
  }
});

Deno.test("instantIn() and localIn() follow the clock changes of a zone", () => {
  const zone = "W. Europe Standard Time";
  assert.equal(instantIn("2026-08-03T09:00:00.0000000", zone), "2026-08-03T07:00:00.000Z");
  assert.equal(instantIn("2026-01-03T09:00:00", zone), "2026-01-03T08:00:00.000Z");
  // Skipped on 29 March, twice there on 25 October.
  assert.equal(instantIn("2026-03-29T02:30:00", zone), "2026-03-29T01:30:00.000Z");
  assert.equal(instantIn("2026-10-25T02:30:00", zone), "2026-10-25T00:30:00.000Z");
  assert.equal(localIn("2026-08-03T07:00:00.000Z", zone), "2026-08-03T09:00:00");
  assert.equal(instantIn("2026-08-03T09:00:00", "nowhere"), "2026-08-03T09:00:00.000Z");
  assert.deepEqual([instantIn("soon", "UTC"), localIn("soon", "UTC")], ["", ""]);
});

Deno.test("instantIn() and localIn() are each other's inverse but for repeated hours, and never throw", () => {
  const zones = fc.constantFrom("UTC", "Pacific Standard Time", "Asia/Kolkata", "Line Islands Standard Time");
  fc.assert(fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), zones, (seconds, zone) => {
    const instant = new Date(seconds * 1_000).toISOString();
    const local = localIn(instant, zone);
    assert.equal(localIn(instantIn(local, zone), zone), local);
  }));
  fc.assert(fc.property(fc.string(), fc.string(), (text, zone) => {
    instantIn(text, zone);
    localIn(text, zone);
    ianaZone(zone);
  }));
});

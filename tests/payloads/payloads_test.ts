/**
 * Every real payload of the folder named by `PAYLOADS_DIR` goes through the code that will meet it. The files stay
 * where they are; a file that nobody has heard of fails the test, so that none is silently missed.
 */
import assert from "node:assert/strict";
import { payloadFolder, payloadNames, readPayload } from "./folder.ts";
import { GOOGLE_PAYLOADS } from "./google.ts";
import { MICROSOFT_PAYLOADS, type PayloadCheck } from "./microsoft.ts";
import { MICROSOFT_DRIVE_PAYLOADS } from "./microsoft_drive.ts";
import { GOOGLE_ROUTES } from "./routes_google.ts";
import { MICROSOFT_ROUTES } from "./routes_microsoft.ts";

const CHECKS = new Map<string, PayloadCheck>([
  ...Object.entries(MICROSOFT_PAYLOADS),
  ...Object.entries(MICROSOFT_DRIVE_PAYLOADS),
  ...Object.entries(GOOGLE_PAYLOADS),
]);

/** Those that only a route reads are run by the tests of the routes. */
const isKnown = (name: string) => CHECKS.has(name) || name in MICROSOFT_ROUTES || name in GOOGLE_ROUTES;

const dir = payloadFolder();
if (dir === null) {
  Deno.test({
    name: "payloads: skipped, since PAYLOADS_DIR names no folder and the default one is not there",
    ignore: true,
    fn: () => {},
  });
} else {
  const names = payloadNames(dir);

  Deno.test("payloads: every file of the folder is known by name", () => {
    assert.ok(names.length > 0);
    assert.deepEqual(names.filter((name) => !isKnown(name)), []);
  });

  for (const name of names) {
    const check = CHECKS.get(name);
    if (check === undefined) continue;
    Deno.test(`payload ${name} becomes what it should`, async () => {
      await check(await readPayload(dir, name));
    });
  }
}

/** Where Google can be asked to notify about changes. */
import assert from "node:assert/strict";
import { openedGoogle, testDeps } from "./opened.ts";

Deno.test("push() of calendars and files needs an https address, but where the API itself was moved", () => {
  const supported = (api_url: string, public_url: string) => {
    const google = openedGoogle(testDeps(), { api_url, public_url });
    return [google.push("calendar").supported, google.push("drive").supported];
  };
  assert.deepEqual(supported("", "https://millrace.example"), [true, true]);
  assert.deepEqual(supported("", "http://millrace.example"), [false, false]);
  assert.deepEqual(supported("http://simulator.test/google", "http://millrace.example"), [true, true]);
  assert.deepEqual(supported("http://simulator.test/google", ""), [false, false]);
});

import assert from "node:assert/strict";
import { pieces } from "../../console/marked.ts";

Deno.test("pieces() gives texts, found or not, and no markup whatever stands in them", () => {
  assert.deepEqual(pieces("a <mark>b&amp;c</mark> d"), [
    { text: "a ", found: false },
    { text: "b&c", found: true },
    { text: " d", found: false },
  ]);
  assert.deepEqual(pieces("&lt;img src=x onerror=&quot;x&quot;&gt;"), [
    { text: '<img src=x onerror="x">', found: false },
  ]);
  // Escaped twice is escaped once afterwards.
  assert.deepEqual(pieces("&amp;lt;b&amp;gt;"), [{ text: "&lt;b&gt;", found: false }]);
  assert.deepEqual(pieces(""), []);
});

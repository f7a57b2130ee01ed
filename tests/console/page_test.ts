/** The page as it is bundled: how large it is, and what is in it. */
import assert from "node:assert/strict";
import { bundlePage } from "../../shared/console/bundle.ts";
import { openPage, PAGE } from "../../shared/console/mod.ts";

const SOURCES = new URL("../../console/", import.meta.url);

/** All script and style of the console, packed. */
const PACKED_BYTES_MAX = 150_000;

Deno.test("the console's script and style are below 150 kB packed, and name no other host", async () => {
  const assets = await openPage(SOURCES)();
  let packed = 0;
  for (const [name, { gzip, bytes }] of assets) {
    if (name === PAGE) continue;
    packed += gzip.length;
    const text = new TextDecoder().decode(bytes);
    assert.doesNotMatch(text, /(?:from|import\(|url\()\s*["']?https?:/, name);
  }
  assert.ok(packed > 20_000 && packed < PACKED_BYTES_MAX, `${packed} bytes`);
  const page = new TextDecoder().decode(assets.get(PAGE)?.bytes);
  for (const [, address = ""] of page.matchAll(/(?:src|href)="([^"]*)"/g)) {
    const name = address.replace("/console/assets/", "");
    assert.ok(address === "data:," || assets.has(name), address);
  }
  assert.doesNotMatch(page, /<script>|<style/);
});

Deno.test("openPage() serves what was built beside it, as it is", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/index.html`, "built");
  await Deno.writeTextFile(`${folder}/main-1.js`, "run()");
  await Deno.writeTextFile(`${folder}/main.tsx`, "not looked at");
  const assets = await openPage(new URL(`file://${folder}/`))();
  assert.deepEqual([...assets.keys()].sort(), ["index.html", "main-1.js"]);
  assert.equal(new TextDecoder().decode(assets.get("index.html")?.bytes), "built");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("bundlePage() says what is wrong with the sources, and openPage() asks again after it failed", async () => {
  const root = await Deno.makeTempDir();
  const folder = new URL(`file://${root}/console/`);
  await Deno.mkdir(new URL("style/", folder), { recursive: true });
  await Deno.writeTextFile(new URL("style/main.css", folder), "a { color: red }");
  await Deno.writeTextFile(new URL("main.tsx", folder), "const = 1;");
  await assert.rejects(bundlePage(folder), /Cannot bundle the console: .*main\.tsx/s);
  const page = openPage(folder);
  await assert.rejects(page());
  await Deno.writeTextFile(new URL("main.tsx", folder), "console.log(1);");
  const assets = await page();
  assert.ok([...assets.keys()].some((name) => name.endsWith(".css")));
  await Deno.remove(root, { recursive: true });
});

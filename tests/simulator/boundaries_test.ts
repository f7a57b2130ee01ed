/** What the simulator may rest on: it is a second reading of the protocols, so nothing of the first may get in. */
import assert from "node:assert/strict";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../scripts/simulator/", import.meta.url));
const PROJECT = resolve(ROOT, "../..");

async function* sources(directory: string): AsyncGenerator<[string, string]> {
  for await (const entry of Deno.readDir(directory)) {
    const path = resolve(directory, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (entry.name.endsWith(".ts")) yield [path, await Deno.readTextFile(path)];
  }
}

Deno.test("the simulator imports nothing of the project but the types of deps.ts, and of packages hono, zod and fflate", async () => {
  let files = 0;
  for await (const [path, text] of sources(ROOT)) {
    files++;
    for (
      const [statement, specifier = ""] of text.matchAll(
        /(?:import|export)\s[^;"']*?from\s+"([^"]+)"|import\("([^"]+)"\)/g,
      )
    ) {
      const where = `${relative(PROJECT, path)}: ${statement}`;
      if (!specifier.startsWith(".")) {
        assert.ok(["hono", "zod", "fflate", "node:path"].includes(specifier), where);
        continue;
      }
      const target = relative(PROJECT, resolve(path, "..", specifier));
      if (target.startsWith("scripts/simulator/")) continue;
      assert.equal(target, "shared/contracts/deps.ts", where);
      assert.match(statement, /^import type /, where);
    }
  }
  assert.ok(files > 40, `${files} files were looked at`);
});

Deno.test("the simulator takes time, chance and network from its options only", async () => {
  const globals =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bcrypto\.(randomUUID|getRandomValues)\b|\bset(Timeout|Interval)\b|\bperformance\.|\bconsole\.|(?<![.\w#])fetch\(|\bDeno\.env\b/;
  for await (const [path, text] of sources(ROOT)) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
    const found = globals.exec(code);
    assert.equal(found, null, `${relative(PROJECT, path)}: ${found?.[0]}`);
  }
});

Deno.test("every row of the README's table is named by a test's title", async () => {
  const readme = await Deno.readTextFile(resolve(ROOT, "README.md"));
  const rows = readme.split("\n").filter((line) => /^\| [FG]-/.test(line)).map((line) => line.split("|")[1] ?? "");
  const wanted = rows.flatMap((cell) => cell.match(/[FG]-\d+/g) ?? []);
  const titles: string[] = [];
  for await (const [path, text] of sources(fileURLToPath(new URL(".", import.meta.url)))) {
    if (path.endsWith("_test.ts")) {
      titles.push(...[...text.matchAll(/Deno\.test\("([^"]+)"/g)].map((match) => match[1] ?? ""));
    }
  }
  const named = new Set(titles.flatMap((title) => title.match(/[FG]-\d+/g) ?? []));
  assert.ok(wanted.length > 25);
  assert.deepEqual(wanted.filter((row) => !named.has(row)), []);
});

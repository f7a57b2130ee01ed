/** What `deno task dev` promises to somebody who has just cloned the repository. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { eventually, startChain } from "./chain.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const SEARCHABLE_MS_MAX = 5_000;

const Found = z.object({ hits: z.array(z.object({ provider: z.string(), title: z.string() })) });

Deno.test("deno task dev takes the next free port, has mail of both people in five seconds, and holds its folder", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-dev-" });
  const env = { DATA_DIR: join(folder, "data"), ADMIN_API_KEY: "" };
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const chain = await startChain(folder, ["task", "dev"], { env: { ...env, PORT: String(port) }, cwd: ROOT });
  try {
    const said = await eventually("dev says its address", 60_000, async () => {
      const text = await chain.said();
      return text.includes("Ctrl-C ends it.") ? text : undefined;
    });
    const url = /Millrace runs at (http:\/\/127\.0\.0\.1:(\d+))$/m.exec(said)?.[1] ?? "";
    assert.ok(said.includes(`Port ${port} is taken, so this is port ${new URL(url).port}.`), said);
    assert.ok(Number(new URL(url).port) > port);

    const key = /API key +(\S+)/.exec(said)?.[1] ?? "";
    assert.ok(said.includes(`-H 'Authorization: Bearer ${key}'`), "the command to paste holds the key");
    for (const [user, provider] of [["ada", "microsoft"], ["ben", "google"]] as const) {
      const hits = await eventually(`mail of ${user}`, SEARCHABLE_MS_MAX, async () => {
        const headers = { authorization: `Bearer ${key}`, "millrace-user": user };
        const answer = await fetch(`${url}/v1/search?q=meeting`, { headers });
        const found = Found.parse(await answer.json());
        return found.hits.length > 0 ? found.hits : undefined;
      });
      for (const hit of hits) assert.equal(hit.provider, provider);
    }

    const second = await new Deno.Command(Deno.execPath(), {
      args: ["task", "dev"],
      cwd: ROOT,
      env: { ...env, PORT: "0" },
      stdin: "null",
    }).output();
    assert.equal(second.code, 1);
    const words = new TextDecoder().decode(second.stderr);
    assert.ok(words.includes(env.DATA_DIR) && words.includes(url), words);
    assert.match(words, /process \d+\) holds it/);
  } finally {
    await chain.end();
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
});

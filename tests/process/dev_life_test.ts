import assert from "node:assert/strict";
import { join } from "node:path";
import { readInstanceFile } from "../../instance_file.ts";
import { ancestors } from "../../scripts/process_life.ts";
import { eventually, startChain, STAY_MS_MAX } from "./chain.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

/** Ctrl-C in a terminal is SIGINT to the group. */
const ENDS = [
  ["SIGKILL", "npx alone"],
  ["SIGTERM", "npx alone"],
  ["SIGTERM", "the group"],
  ["SIGINT", "the group"],
] as const;

for (const [signal, who] of ENDS) {
  Deno.test(`deno task dev leaves no process behind when ${who} gets ${signal}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "millrace-dev-" });
    const data_dir = join(folder, "data");
    const env = { DATA_DIR: data_dir, PORT: "0" };
    const chain = await startChain(folder, ["task", "dev"], { env, cwd: ROOT });
    try {
      await eventually("dev says its address", 60_000, async () => {
        const said = await chain.said();
        return said.includes("Ctrl-C ends it.") ? said : undefined;
      });
      // What is pasted into another terminal finds this one.
      assert.ok((await chain.said()).includes(`DATA_DIR='${data_dir}' npx -y deno@2 task tail --user ada`));
      const instance = await readInstanceFile(data_dir);
      assert.ok(instance);
      const answer = await fetch(`${instance.url}/healthz`);
      await answer.body?.cancel();
      assert.equal(answer.status, 200);
      const all = await ancestors(instance.pid);
      const own = all.slice(0, all.findIndex(({ pid }) => pid === chain.outermost.pid) + 1);
      // deno run, deno task, sh, npx.
      assert.equal(own.length, 4, JSON.stringify(own));

      if (who === "npx alone") chain.outermost.kill(signal);
      else for (const { pid } of own) Deno.kill(pid, signal);
      await eventually("all processes end", STAY_MS_MAX, async () => {
        const left = await Promise.all(own.map(({ pid }) => ancestors(pid)));
        return left.every((one) => one.length === 0) ? true : undefined;
      });
      assert.match(await chain.said(), /Stopping: /);
    } finally {
      await chain.end();
      await Deno.remove(folder, { recursive: true });
    }
  });
}

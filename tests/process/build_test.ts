/** The bundle that `deno task build` makes is the same program. */
import assert from "node:assert/strict";
import { build } from "../../scripts/build.ts";
import { freePort } from "../../scripts/services/supervise.ts";
import { ordinarySheet } from "../content/hostile_files.ts";
import { eventually } from "./chain.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Those of `deno task start`. */
const PERMISSIONS = [
  "--no-prompt",
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys=homedir,hostname,networkInterfaces,statfs",
];

Deno.test("the bundle starts with the permissions of the task start, answers, refuses strangers and reads files", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-build-" });
  const out = `${folder}/dist`;
  try {
    await build(out);
    const port = freePort();
    const child = run(`${out}/main.js`, {
      PORT: String(port),
      DATA_DIR: `${folder}/data`,
      PUBLIC_URL: "https://millrace.example",
      ENCRYPTION_KEYS: `test:${new Uint8Array(32).toBase64()}`,
    }).spawn();
    const url = `http://127.0.0.1:${port}`;
    try {
      await eventually(
        "the bundle answers",
        30_000,
        async () => await status(`${url}/healthz`) === 200 ? true : undefined,
      );
      assert.equal(await status(`${url}/v1/search?q=x`), 401);
      assert.equal(await status(`${url}/openapi.json`), 200);
      assert.equal(await status(`${url}/docs`), 200);
      assert.equal(await status(`${url}/console`), 200);
      assert.ok((await Deno.stat(`${out}/console/index.html`)).isFile);
    } finally {
      child.kill("SIGTERM");
      assert.equal((await child.status).code, 0);
    }
    await Deno.writeFile(`${folder}/file`, ordinarySheet(20));
    await Deno.writeTextFile(`${folder}/read.ts`, READS_A_FILE(out, `${folder}/file`));
    const { stdout } = await run(`${folder}/read.ts`, {}, "piped").output();
    assert.equal(new TextDecoder().decode(stdout).trim(), "text");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const READS_A_FILE = (out: string, file: string) => `
  import { openExtractor } from "${out}/shared/content/mod.js";
  const clock = { now: () => Date.now(), sleep: (ms, signal) => new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
  }) };
  using extractor = openExtractor(clock);
  console.log((await extractor.extract(await Deno.readFile("${file}"), "sheet")).kind);
`;

function run(script: string, env: Record<string, string>, stdout: "null" | "piped" = "null"): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...PERMISSIONS, "--config", `${ROOT}deno.json`, script],
    cwd: ROOT,
    env,
    stdin: "null",
    stdout,
    stderr: "inherit",
  });
}

async function status(url: string): Promise<number> {
  try {
    const answer = await fetch(url);
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

/** An instance loads what it is configured to use, and nothing else: a cold start pays for every module. */
import assert from "node:assert/strict";
import { z } from "zod";

const ROOT = new URL("../../", import.meta.url);

/** All that the embedded default needs before its first answer. */
const PACKAGES = ["hono", "zod"];

/**
 * Ours that no start loads, or only when asked: other adapters, the providers' parsers, the options; and what comes with
 * the first need of it: the consumers, the API, the index.
 */
const UNCONFIGURED = [
  /^shared\/bus\/pubsub\//,
  /^shared\/state\/redis\//,
  /^shared\/index\/(sqlite|vespa)\//,
  /^shared\/providers\/(google|microsoft)\/(?!(notification|base64)\.ts)/,
  /^shared\/providers\/html_text\.ts/,
  /^shared\/(content|console)\//,
  /^instance\.ts$/,
  /^consumers\/(?!dispatch\/|late\.ts|office\/signal\.ts|vespa_loader\/feeds\.ts)/,
  /^routes\/(mod|app|problem)\.ts$/,
  /^routes\/(pages|mcp|connect)\//,
  /^options\.ts$/,
  /^(scripts|tests)\//,
];

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The URLs of all scripts that a process has parsed when it answers for the first time; with `ASKED`, the second. */
async function loaded(data_dir: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const { PATH = "", HOME = "", DENO_DIR } = Deno.env.toObject();
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-all", "tests/architecture/loaded_modules.ts"],
    cwd: ROOT.pathname,
    clearEnv: true,
    env: {
      PATH,
      HOME,
      ...(DENO_DIR === undefined ? {} : { DENO_DIR }),
      PORT: String(freePort()),
      DATA_DIR: data_dir,
      LOG_LEVEL: "silent",
      PUBLIC_URL: "https://millrace.example",
      ENCRYPTION_KEYS: `test:${new Uint8Array(32).toBase64()}`,
      ...env,
    },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return z.array(z.string()).parse(JSON.parse(new TextDecoder().decode(stdout)));
}

/** The name of the package that a script belongs to; undefined for what belongs to none. */
function packageOf(url: string): string | undefined {
  const path = /\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/\d/.exec(url) ?? /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url);
  return path?.[1];
}

function ownFiles(urls: readonly string[]): string[] {
  return urls.filter((url) => url.startsWith(ROOT.href)).map((url) => url.slice(ROOT.href.length))
    .filter((path) => path !== "tests/architecture/loaded_modules.ts");
}

function unconfigured(paths: readonly string[]): string[] {
  return paths.filter((path) => UNCONFIGURED.some((pattern) => pattern.test(path)));
}

Deno.test("main.ts on the embedded default loads the web libraries and its own adapters, and nothing of the others", async () => {
  const data_dir = await Deno.makeTempDir();
  try {
    const urls = await loaded(data_dir, {});
    const packages = new Set(urls.flatMap((url) => packageOf(url) ?? []));
    assert.deepEqual([...packages].sort(), PACKAGES);
    const own = ownFiles(urls);
    for (
      const path of ["main.ts", "shared/bus/sqlite/bus.ts", "shared/state/sqlite/mod.ts", "routes/front.ts"]
    ) {
      assert.ok(own.includes(path), path);
    }
    assert.deepEqual(unconfigured(own), []);
  } finally {
    await Deno.remove(data_dir, { recursive: true });
  }
});

Deno.test("main.ts asked for the API loads it with the configured provider's parsers, so that the test above can fail", async () => {
  const data_dir = await Deno.makeTempDir();
  try {
    const configured = { MICROSOFT_CLIENT_ID: "id", MICROSOFT_CLIENT_SECRET: "secret" };
    const own = unconfigured(ownFiles(await loaded(data_dir, { ...configured, ASKED: "/v1/search?q=x" })));
    for (const path of ["shared/providers/microsoft/mod.ts", "instance.ts", "routes/mod.ts"]) {
      assert.ok(own.includes(path), `${path} in ${own.join(", ")}`);
    }
    assert.deepEqual(own.filter((path) => path.startsWith("shared/providers/google/")), []);
  } finally {
    await Deno.remove(data_dir, { recursive: true });
  }
});

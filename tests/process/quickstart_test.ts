/** The blocks of docs/quickstart.md, run in their order by a shell in an empty home. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { dockerLines } from "../../scripts/deploy/docker.ts";

const ROOT = new URL("../../", import.meta.url);

const page = (name: string) => Deno.readTextFile(new URL(`docs/${name}`, ROOT));

async function freePort(): Promise<number> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  await Promise.resolve(listener.close());
  return port;
}

async function has(program: string): Promise<boolean> {
  const output = await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).output()
    .catch(() => null);
  return output?.success ?? false;
}

Deno.test({
  name: "docs/quickstart.md: its blocks lead from a clone to a mail that is found, in an empty home",
  ignore: !await has("curl") || !await has("bash"),
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      await Deno.mkdir(`${folder}/bin`);
      await Deno.mkdir(`${folder}/home`);
      // In place of npx, which would fetch the very Deno that runs this.
      const npx = `#!/bin/sh\nshift 2\nexec "${Deno.execPath()}" "$@"\n`;
      await Deno.writeTextFile(`${folder}/bin/npx`, npx, { mode: 0o755 });
      const blocks = [...(await page("quickstart.md")).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) =>
        block ?? ""
      );
      assert.ok(blocks.length >= 5);
      const deno_dir = Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME") ?? ""}/.cache/deno`;
      const output = await new Deno.Command("timeout", {
        args: ["60", "bash", "-eu", "-c", blocks.join("\n")],
        cwd: fileURLToPath(ROOT),
        clearEnv: true,
        env: {
          PATH: `${folder}/bin:${Deno.env.get("PATH") ?? ""}`,
          HOME: `${folder}/home`,
          DENO_DIR: deno_dir,
          PORT: String(await freePort()),
          NO_COLOR: "1",
        },
      }).output();
      const said = new TextDecoder().decode(output.stdout);
      const dev = await Deno.readTextFile(`${folder}/home/dev.log`).catch(() => "");
      assert.ok(
        output.success,
        `${new TextDecoder().decode(output.stderr)}\n${said.slice(-2_000)}\n${dev.slice(-2_000)}`,
      );
      assert.match(said, /^millrace_read_searchable_seconds_count\{provider="microsoft"\} [1-9]/m);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("docs/operations.md shows one docker run for each service of the deployment", async () => {
  assert.ok((await page("operations.md")).includes(`\`\`\`sh\n${dockerLines()}\n\`\`\``));
});

Deno.test("docs/operations.md and docs/quickstart.md refer to files that are there", async () => {
  for (const name of ["operations.md", "quickstart.md", "consumers.md"]) {
    const text = await page(name);
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(await Deno.stat(new URL(`docs/${target}`, ROOT)).then(() => true, () => false), `${name}: ${target}`);
    }
    for (const [, path = ""] of text.matchAll(/`((?:deploy|examples)\/[a-z_./-]+)`/g)) {
      assert.ok(await Deno.stat(new URL(path, ROOT)).then(() => true, () => false), `${name}: ${path}`);
    }
  }
});

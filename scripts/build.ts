/**
 * `deno task build`: the program in a few files, which start faster than its several hundred modules.
 * What is loaded only when it is configured stays in files of its own.
 */
import { parseOptions } from "../options.ts";
import { bundlePage } from "../shared/console/bundle.ts";
import { StartError } from "../start_error.ts";
import { say, warn } from "./terminal.ts";

const HELP = `Usage: deno task build [--out FOLDER] [--only-console] [--help]

Bundles the program into FOLDER (by default dist/). Start it with the permissions of \`deno task start\`, beside deno.json
and deno.lock: deno run --no-prompt … dist/main.js

  --out           where to write; what is there is replaced
  --only-console  writes the files of the console's page to FOLDER, beside what is there
  --help          show this text

Exit codes: 0 built, 1 could not build, 2 wrong usage.
`;

const ROOT = new URL("..", import.meta.url).pathname;

/** What is started, what a worker runs, and what a test asks the bundle for. */
const ENTRIES = ["main.ts", "shared/content/worker.ts", "shared/content/mod.ts"];

/** Reads files of its own package when it runs, so it stays a package. */
const EXTERNAL = ["@google-cloud/pubsub", "google-gax"];

/** The worker by the name that the code has for it. */
const WORKER = { file: "shared/content/worker.ts", text: 'import "./worker.js";\n' };

/** Writes the files of the console's page. @throws StartError with what the bundler said */
export async function buildConsole(out: string): Promise<void> {
  const { files } = await bundlePage(new URL("../console/", import.meta.url)).catch((error) => {
    throw new StartError(error instanceof Error ? error.message : String(error));
  });
  await Deno.mkdir(out, { recursive: true });
  for (const { name, bytes } of files) await Deno.writeFile(`${out}/${name}`, bytes);
}

/** Bundles into a folder. @throws StartError with what the bundler said */
export async function build(out: string): Promise<void> {
  await Deno.remove(out, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      // Takes all that follows up to the next option.
      ...["--external", ...EXTERNAL],
      "--code-splitting",
      ...["--outdir", out],
      ...ENTRIES,
    ],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new StartError(`Cannot build: ${new TextDecoder().decode(stderr).trim()}`);
  await Deno.writeTextFile(`${out}/${WORKER.file}`, WORKER.text);
  await buildConsole(`${out}/console`);
}

async function main(): Promise<number> {
  const values = parseOptions("build", Deno.args, {
    out: { type: "string", default: `${ROOT}dist` },
    "only-console": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  });
  if (values.help) {
    say(HELP.trimEnd());
    return 0;
  }
  const started = performance.now();
  await (values["only-console"] ? buildConsole : build)(values.out);
  let bytes = 0;
  for await (const { name, isFile } of Deno.readDir(values.out)) {
    if (isFile) bytes += (await Deno.stat(`${values.out}/${name}`)).size;
  }
  say(`Built ${values.out}: ${(bytes / 1e6).toFixed(1)} MB in ${((performance.now() - started) / 1e3).toFixed(1)} s`);
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main());
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    warn(error.message);
    Deno.exit(error.exit_code);
  }
}

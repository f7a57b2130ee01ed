/**
 * Writes what `deploy/` has of the tables of services, subscriptions and ticks. `--check` only says what is out of date.
 * Needs --allow-read and --allow-write of deploy/.
 */
import { cloudRunFiles } from "./deploy/cloud_run.ts";
import { composeFiles } from "./deploy/compose.ts";
import { dashboardFiles } from "./deploy/dashboards.ts";
import { kubernetesFiles } from "./deploy/kubernetes.ts";
import { terraformFiles } from "./deploy/terraform.ts";
import { say, warn } from "./terminal.ts";

const FOLDER = new URL("../deploy/", import.meta.url);

const YAML_HEAD = "# Made by `deno run scripts/deploy_files.ts`; do not edit.\n";

/** Every file that is made, by its path below `deploy/`. */
export function deployFiles(): ReadonlyMap<string, string> {
  const all = [composeFiles(), cloudRunFiles(), kubernetesFiles(), terraformFiles(), dashboardFiles()];
  return new Map(
    all.flatMap((files) => [...files]).map(([path, text]) => [path, path.endsWith(".yaml") ? YAML_HEAD + text : text]),
  );
}

if (import.meta.main) {
  const check = Deno.args.includes("--check");
  let stale = false;
  for (const [path, text] of deployFiles()) {
    const url = new URL(path, FOLDER);
    if (await Deno.readTextFile(url).catch(() => "") === text) continue;
    stale = true;
    if (check) {
      warn(`deploy/${path} is out of date: run deno run --allow-read --allow-write=deploy scripts/deploy_files.ts`);
    } else {
      await Deno.mkdir(new URL(".", url), { recursive: true });
      await Deno.writeTextFile(url, text);
      say(`deploy/${path} written`);
    }
  }
  if (check && stale) Deno.exit(1);
}

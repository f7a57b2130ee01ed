/** Which part of the project may rest on which. */
import type { Rule } from "./rule.ts";
import { code, imports, type SourceFile } from "./source.ts";

/** From the bottom to the top; each may import itself and what is below. Scripts and tests may import everything. */
const LAYERS = ["shared", "consumers", "routes", "main"];

function layer(path: string): number {
  const [folder = "", ...rest] = path.split("/");
  if (rest.length === 0) return LAYERS.indexOf("main");
  return LAYERS.includes(folder) ? LAYERS.indexOf(folder) : LAYERS.length;
}

function isOurs(target: string): boolean {
  return /\.tsx?$/.test(target) && !target.includes(":");
}

const direction: Rule = {
  name: "imports point from main to routes to consumers to shared",
  violations: (file) =>
    imports(file)
      .filter(({ target }) => isOurs(target) && layer(target) > layer(file.path))
      .map(({ target }) => `imports ${target}`),
  caught: [
    ["shared/bus/a.ts", `import { x } from "../../consumers/registry.ts";`],
    ["consumers/office/a.ts", `import type { x } from "../../routes/app.ts";`],
    ["routes/a.ts", `export { x } from "../main.ts";`],
    ["shared/a.ts", `const x = await import("../scripts/dev.ts");`],
    ["consumers/a.ts", `import {\n  one,\n  two,\n} from "../tests/a.ts";`],
    ["main.ts", `import "./scripts/dev.ts";`],
  ],
  fine: [
    ["main.ts", `import { x } from "./routes/app.ts";`],
    ["routes/a.ts", `import { x } from "../consumers/registry.ts";\nimport { y } from "../shared/a.ts";`],
    ["scripts/dev.ts", `import { x } from "../main.ts";`],
    ["shared/a.ts", `// import { x } from "../routes/app.ts";\nconst text = "import x from '../routes/app.ts'";`],
  ],
};

function isWebStandardsOnly(path: string): boolean {
  return /^(routes|consumers|shared\/contracts)\//.test(path);
}

const webStandards: Rule = {
  name: "routes, consumers and contracts use web standards only",
  violations: (file) => {
    if (!isWebStandardsOnly(file.path)) return [];
    const node = imports(file).filter(({ target }) => target.startsWith("node:")).map(({ target }) => target);
    const globals = code(file.text).match(/(?<![.\w$])(?:Deno|process|Buffer)\b(?=\s*[.[])/g) ?? [];
    return [...node, ...new Set(globals)].map((what) => `uses ${what}`);
  },
  caught: [
    ["routes/a.ts", `import { join } from "node:path";`],
    ["consumers/office/a.ts", `await Deno.readTextFile("a");`],
    ["shared/contracts/a.ts", `Buffer.from("a");`],
  ],
  fine: [
    ["shared/bus/a.ts", `import { join } from "node:path";\nDeno.exit(1);`],
    ["routes/a.ts", `// Deno.exit would be wrong here\nconst path = "node:path", text = \`Deno.\${x}\`;`],
  ],
};

const contracts: Rule = {
  name: "contracts rest on nothing but zod",
  violations: (file) =>
    file.path.startsWith("shared/contracts/")
      ? imports(file)
        .filter(({ target }) => target !== "zod" && !target.startsWith("shared/contracts/"))
        .map(({ target }) => `imports ${target}`)
      : [],
  caught: [
    ["shared/contracts/a.ts", `import { z } from "@hono/zod-openapi";`],
    ["shared/contracts/a.ts", `import type { Bus } from "../bus/port.ts";`],
  ],
  fine: [
    ["shared/contracts/a.ts", `import { z } from "zod";\nimport { b } from "./b.ts";`],
    ["shared/bus/a.ts", `import { Hono } from "hono";`],
  ],
};

const ADAPTER = /^shared\/(?:bus\/(?:sqlite|pubsub)|state\/(?:sqlite|redis)|index\/(?:sqlite|vespa))(?=\/|\.ts$)/;

/** `shared/bus/sqlite`, if the file belongs to it. */
function adapterOf(path: string): string | undefined {
  return ADAPTER.exec(path)?.[0];
}

function mayNameAdapters(path: string): boolean {
  return path === "adapters.ts" || /^(tests|scripts\/bench)(\/|\.ts$)/.test(path);
}

const adapters: Rule = {
  name: "adapters are named in one place",
  violations: (file) =>
    mayNameAdapters(file.path) ? [] : imports(file)
      .filter(({ target }) => adapterOf(target) !== undefined && adapterOf(target) !== adapterOf(file.path))
      .map(({ target }) => `imports ${target}`),
  caught: [
    ["main.ts", `import { openBus } from "./shared/bus/sqlite/mod.ts";`],
    ["consumers/a.ts", `import type { X } from "../shared/state/redis/mod.ts";`],
    ["shared/state/sqlite/a.ts", `import { x } from "../../bus/sqlite/queue.ts";`],
    ["shared/state/redis/a.ts", `import { x } from "../sqlite/claims.ts";`],
    ["scripts/dev.ts", `await import("../shared/index/vespa.ts");`],
  ],
  fine: [
    ["adapters.ts", `const { open } = await import("./shared/bus/pubsub/mod.ts");`],
    ["shared/state/sqlite/a.ts", `import { x } from "./b.ts";\nimport { y } from "../port.ts";`],
    ["tests/adapters/a_test.ts", `import { x } from "../../shared/index/sqlite/mod.ts";`],
    ["scripts/bench/publish.ts", `import { x } from "../../shared/bus/pubsub/mod.ts";`],
    ["shared/sqlite/mod.ts", `export { x } from "./database.ts";`],
  ],
};

const simulator: Rule = {
  name: "the simulator knows the providers' protocols by itself",
  violations: (file) =>
    file.path.startsWith("scripts/simulator/")
      ? imports(file).filter(({ target }) => target.startsWith("shared/providers")).map(({ target }) =>
        `imports ${target}`
      )
      : [],
  caught: [["scripts/simulator/graph.ts", `import type { X } from "../../shared/providers/microsoft/mail.ts";`]],
  fine: [
    ["scripts/simulator/graph.ts", `import type { Clock } from "../../shared/contracts/deps.ts";`],
    ["scripts/dev.ts", `import { x } from "../shared/providers/mod.ts";`],
  ],
};

/** The rules on imports that each file can be held to alone. */
export const IMPORT_RULES: readonly Rule[] = [direction, webStandards, contracts, adapters, simulator];

/** Circles of modules that need each other when they load, each as `a → b → a`. Imports of types and lazy ones make none. */
export function importCircles(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map((
      file,
    ) => [file.path, imports(file).filter((one) => !one.typeOnly && !one.lazy).map(({ target }) => target)]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  function visit(path: string, way: readonly string[]): void {
    const from = way.indexOf(path);
    if (from >= 0) {
      found.push([...way.slice(from), path].join(" → "));
      return;
    }
    if (done.has(path)) return;
    for (const target of graph.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  }
  for (const path of graph.keys()) visit(path, []);
  return found;
}

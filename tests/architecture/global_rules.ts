/** Time, chance, network, log and environment come in by `Deps` and the config, never from globals. */
import type { Rule } from "./rule.ts";
import { code, imports, type SourceFile } from "./source.ts";

const TIME =
  /(?<![.\w$])(?:Date\s*\.\s*now|(?<!\bnew\s+)Date\s*\(|new\s+Date\s*(?:\(\s*\)|(?![\s(\w]))|performance\s*\.|setTimeout|setInterval|AbortSignal\s*\.\s*timeout|Temporal\s*\.\s*Now)/g;
const CHANCE = /(?<![.\w$])(?:Math\s*\.\s*random|crypto\s*\.\s*(?:randomUUID|getRandomValues))/g;
const CONSOLE = /(?<![.\w$])console\s*[.[]/g;
const ENVIRONMENT = /(?<![.\w$])(?:Deno\s*\.\s*env|process\s*\.\s*env|import\s*\.\s*meta\s*\.\s*env)/g;

/** Where nothing may be taken from globals: all but the programs, which are main.ts and the scripts. */
function isProduct(path: string): boolean {
  const isRoot = !path.includes("/");
  return isRoot ? path !== "main.ts" : /^(shared|consumers|routes)\//.test(path) && !path.startsWith("shared/system/");
}

/** The simulator runs in tests, under their clock. */
function isProductOrSimulator(path: string): boolean {
  return isProduct(path) || path.startsWith("scripts/simulator/");
}

/** Without `globalThis.`, which would hide a global from the patterns. */
function bare(file: SourceFile): string {
  return code(file.text).replace(/\bglobalThis\s*\.\s*/g, (prefix) => " ".repeat(prefix.length));
}

function found(file: SourceFile, pattern: RegExp): string[] {
  const text = bare(file);
  return [...text.matchAll(pattern)].map((match) => {
    const line = text.slice(0, match.index).split("\n").length;
    return `line ${line}: ${match[0].replace(/\s+/g, " ").trim()}`;
  });
}

const time: Rule = {
  name: "time comes in by the clock",
  violations: (file) => isProductOrSimulator(file.path) ? found(file, TIME) : [],
  caught: [
    ["shared/bus/a.ts", `const at = Date.now();`],
    ["shared/bus/a.ts", `const now = Date.now;`],
    ["routes/a.ts", `new Date().toISOString();`],
    ["routes/a.ts", `const text = \`at \${new Date().toISOString()}\`;`],
    ["consumers/a.ts", `const started = performance.now();`],
    ["consumers/a.ts", `await new Promise((resolve) => setTimeout(resolve, 5));`],
    ["consumers/a.ts", `globalThis.setInterval(tick, 5);`],
    ["shared/providers/a.ts", `fetchIt({ signal: AbortSignal.timeout(5) });`],
    ["scripts/simulator/a.ts", `const at = Date.now();`],
    ["scheduler.ts", `setInterval(tick, 5);`],
  ],
  fine: [
    ["main.ts", `const started = performance.now();`],
    [
      "shared/bus/a.ts",
      `const at = deps.clock.now(); const day = new Date(at); Date.parse("2026-01-02"); Date.UTC(2026, 0);`,
    ],
    ["shared/bus/a.ts", `/** Not Date.now(). */ const text = "Date.now()", pattern = /Date.now(/;`],
    ["shared/system/clock.ts", `Date.now();`],
    ["scripts/dev.ts", `setTimeout(stop, 5);`],
    ["tests/a_test.ts", `Date.now();`],
  ],
};

const chance: Rule = {
  name: "chance comes in by Random",
  violations: (file) => {
    if (!isProductOrSimulator(file.path)) return [];
    const named = /\bimport\s*\{[^}]*\brandom\w+[^}]*\}\s*from\s*["'](?:node:)?crypto["']/.test(
      code(file.text, "with strings"),
    );
    return [...found(file, CHANCE), ...(named ? ["random of node:crypto"] : [])];
  },
  caught: [
    ["shared/state/a.ts", `const id = crypto.randomUUID();`],
    ["shared/state/a.ts", `crypto.getRandomValues(bytes);`],
    ["shared/state/a.ts", `import { createHash, randomBytes } from "node:crypto";`],
    ["scripts/simulator/a.ts", `Math.random();`],
  ],
  fine: [
    ["shared/state/a.ts", `deps.random.uuid(); await crypto.subtle.digest("SHA-256", bytes); Math.round(1.5);`],
    ["shared/state/a.ts", `import { createHash } from "node:crypto";`],
    ["shared/system/random.ts", `crypto.randomUUID();`],
  ],
};

/** A variable, parameter or destructured property of that name hides the global in the whole file. */
const LOCAL_FETCH = /(?:\b(?:const|let|function)\s+fetch\b|[{,(]\s*fetch\s*[,}=)]|\(\s*fetch\s*:)/;
const METHOD_FETCH = /^[ \t]*(?:async[ \t]+)?fetch[ \t]*(?:<[^>]*>)?\([^)]*\)\s*[:{]/gm;

const network: Rule = {
  name: "the network comes in by fetch of Deps",
  violations: (file) => {
    if (!isProduct(file.path)) return [];
    const sockets = imports(file).map(({ target }) => target).filter((target) =>
      /^node:(https?|http2|net|tls)$/.test(target)
    );
    const text = bare(file).replace(METHOD_FETCH, "");
    if (LOCAL_FETCH.test(text)) return sockets.filter(() => !/^shared\/(bus|state|index)\//.test(file.path));
    const calls = [...text.matchAll(/(?<![.\w$])fetch\b(?!\s*\??\s*:)/g)].map(() => "global fetch");
    return [...calls, ...sockets.filter(() => !/^shared\/(bus|state|index)\//.test(file.path))];
  },
  caught: [
    ["shared/providers/a.ts", `const answer = await fetch(url);`],
    ["consumers/a.ts", `const deps = { fetch: globalThis.fetch };`],
    ["consumers/a.ts", `const send = options.send ?? fetch;`],
    ["shared/providers/a.ts", `import { request } from "node:https";`],
  ],
  fine: [
    ["shared/providers/a.ts", `const answer = await deps.fetch(url);`],
    ["shared/providers/a.ts", `const { clock, fetch } = deps;\nawait fetch(url);`],
    ["shared/providers/a.ts", `function get(fetch: Fetch) {\n  return fetch("/");\n}`],
    [
      "consumers/a.ts",
      `interface App {\n  fetch(request: Request): Promise<Response>;\n}\nconst app = { fetch: handle };`,
    ],
    ["shared/index/vespa/a.ts", `import { connect } from "node:http2";`],
    ["shared/system/fetch.ts", `fetch(input);`],
  ],
};

const output: Rule = {
  name: "what is said goes to the log",
  violations: (file) => isProductOrSimulator(file.path) ? found(file, CONSOLE) : [],
  caught: [["shared/bus/a.ts", `console.log("here");`], ["routes/a.ts", `globalThis.console.error(error);`]],
  fine: [["shared/bus/a.ts", `deps.log.info("here"); page.console.log("x");`], ["scripts/dev.ts", `console.log("x");`]],
};

const environment: Rule = {
  name: "nobody reads the environment but who hands it to the config",
  violations: (file) => isProduct(file.path) || file.path.startsWith("shared/system/") ? found(file, ENVIRONMENT) : [],
  caught: [
    ["shared/bus/a.ts", `const url = Deno.env.get("REDIS_URL");`],
    ["shared/contracts/config.ts", `readConfig(process.env);`],
  ],
  fine: [["main.ts", `readConfig(Deno.env.toObject());`], ["shared/bus/a.ts", `readConfig(env); deps.env.get("x");`]],
};

/** The rules on globals. */
export const GLOBAL_RULES: readonly Rule[] = [time, chance, network, output, environment];

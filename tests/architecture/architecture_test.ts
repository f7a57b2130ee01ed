/** The source tree keeps the architecture's rules, and each rule catches what it is made for. */
import assert from "node:assert/strict";
import { GLOBAL_RULES } from "./global_rules.ts";
import { IMPORT_RULES, importCircles } from "./import_rules.ts";
import { SHAPE_RULES } from "./shape_rules.ts";
import { code, imports, sourceTree } from "./source.ts";

const TREE = sourceTree();
const RULES = [...IMPORT_RULES, ...GLOBAL_RULES, ...SHAPE_RULES];

Deno.test("sourceTree() finds the files of every layer", () => {
  for (const part of ["routes/", "consumers/", "shared/contracts/", "scripts/", "tests/architecture/"]) {
    assert.ok(TREE.some(({ path }) => path.startsWith(part)), part);
  }
});

for (const rule of RULES) {
  Deno.test(`every file keeps the rule: ${rule.name}`, () => {
    assert.deepEqual(TREE.flatMap((file) => rule.violations(file).map((what) => `${file.path}: ${what}`)), []);
  });

  Deno.test(`the rule catches what offends and nothing else: ${rule.name}`, () => {
    for (const [path, text] of rule.caught) {
      assert.notDeepEqual(rule.violations({ path, text }), [], `${path}: ${text}`);
    }
    for (const [path, text] of rule.fine) assert.deepEqual(rule.violations({ path, text }), [], `${path}: ${text}`);
  });
}

Deno.test("no modules import each other in a circle", () => {
  assert.deepEqual(importCircles(TREE), []);
});

Deno.test("importCircles() finds a circle, and none where one way is of types only or lazy", () => {
  const a = { path: "shared/a.ts", text: `import { b } from "./b.ts";` };
  const b = { path: "shared/b.ts", text: `import { c } from "./deep/c.ts";` };
  const c = { path: "shared/deep/c.ts", text: `export * from "../a.ts";` };
  assert.deepEqual(importCircles([a, b, c]), ["shared/a.ts → shared/b.ts → shared/deep/c.ts → shared/a.ts"]);
  assert.deepEqual(importCircles([a, b, { ...c, text: `import type { a } from "../a.ts";` }]), []);
  assert.deepEqual(importCircles([a, b, { ...c, text: `await import("../a.ts");` }]), []);
});

Deno.test("imports() reads every form of import, and none from comments and strings", () => {
  const text = [
    `import a from "./a.ts";`,
    `import type { B } from "../b.ts";`,
    `import {\n  c,\n  type C,\n} from "zod";`,
    `import "./side_effect.ts";`,
    `import * as d from 'node:path';`,
    `export { e } from "./e.ts";`,
    `export * from "./f.ts";`,
    `const g = await import("pino-pretty");`,
    `// import x from "./commented.ts";`,
    `/* import y from "./commented.ts"; */`,
    `const z = \`\nimport w from "./in_a_template.ts";\`;`,
    `export const from = "./value.ts";`,
  ].join("\n");
  const found = imports({ path: "shared/bus/x.ts", text }).map(({ target }) => target);
  assert.deepEqual(found.filter((target) => target !== "shared/bus/in_a_template.ts"), [
    "shared/bus/a.ts",
    "shared/b.ts",
    "zod",
    "shared/bus/side_effect.ts",
    "node:path",
    "shared/bus/e.ts",
    "shared/bus/f.ts",
    "pino-pretty",
  ]);
});

Deno.test("code() blanks comments, strings and patterns, and keeps what is computed in templates", () => {
  const cases: [string, string][] = [
    [`a("x") // y`, `a(   )     `],
    [`a /* b */ / c / d`, `a         / c / d`],
    [`x = /["'\`]/.test(y)`, `x =        .test(y)`],
    ["`a${b({ c: `d${e}` })}f`", "    b({ c:     e}  })}  "],
    [`return /[/"]/g;`, `return        ;`],
  ];
  for (const [text, expected] of cases) assert.equal(code(text), expected, text);
  assert.equal(code(`a("x // y") // z`, "with strings"), `a("x // y")     `);
});

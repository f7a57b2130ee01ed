/** How files are named, how long they are, and what they say of themselves. */
import type { Rule } from "./rule.ts";
import { code } from "./source.ts";

const LINES_MAX = 400;
const EMPTY_NAMES = /^(?:.*[_-])?(?:utils?|helpers?|common|manager|service[_-]base|misc)$/i;

const names: Rule = {
  name: "names say what is in there",
  violations: ({ path }) => path.split("/").filter((part) => EMPTY_NAMES.test(part.replace(/(?:_test)?\.tsx?$/, ""))),
  caught: [
    ["shared/utils.ts", ""],
    ["shared/helpers/a.ts", ""],
    ["consumers/common.ts", ""],
    ["routes/connection_manager.ts", ""],
    ["consumers/service-base.ts", ""],
    ["tests/bus_helpers.ts", ""],
  ],
  fine: [["shared/bus/publish.ts", ""], ["shared/commonality.ts", ""]],
};

const length: Rule = {
  name: `no file of the product has more than ${LINES_MAX} lines`,
  violations: ({ path, text }) => {
    const lines = text.trimEnd().split("\n").length;
    return !path.startsWith("tests/") && lines > LINES_MAX ? [`${lines} lines`] : [];
  },
  caught: [["shared/a.ts", "x;\n".repeat(LINES_MAX + 1)]],
  fine: [["shared/a.ts", "x;\n".repeat(LINES_MAX)], ["tests/a_test.ts", "x;\n".repeat(LINES_MAX + 1)]],
};

/** A type that a documented schema of the same name yields needs no second description. */
const OF_SCHEMA = /^export type \w+ = z\.(?:infer|input|output)</;
const EXPORTED =
  /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|enum) (\w+)/;

const docstrings: Rule = {
  name: "what shared exports is described where it stands",
  violations: ({ path, text }) => {
    if (!path.startsWith("shared/")) return [];
    const lines = text.split("\n");
    const seen = new Set<string>();
    return lines.flatMap((line, index) => {
      const name = EXPORTED.exec(line)?.[1];
      // Of overloads the first is described.
      if (name === undefined || seen.has(name) || OF_SCHEMA.test(line)) return [];
      seen.add(name);
      return lines[index - 1]?.trimEnd().endsWith("*/") ? [] : [name];
    });
  },
  caught: [
    ["shared/bus/a.ts", `export function publish() {}`],
    ["shared/bus/a.ts", `// Not a description.\nexport interface Bus {}`],
    ["shared/bus/a.ts", `/** Of something else. */\nconst x = 1;\nexport abstract class Queue {}`],
    ["shared/bus/a.ts", `/** Far away. */\n\nexport async function publish() {}`],
  ],
  fine: [
    ["shared/bus/a.ts", `/** Publishes. */\nexport function publish() {}\nfunction inner() {}`],
    [
      "shared/bus/a.ts",
      `/**\n * Publishes.\n */\nexport function publish(a: 1): 1;\nexport function publish(a: 2): 2;`,
    ],
    [
      "shared/bus/a.ts",
      `/** An event. */\nexport const Event = z.object();\nexport type Event = z.infer<typeof Event>;`,
    ],
    ["scripts/a.ts", `export function publish() {}`],
  ],
};

const testFiles: Rule = {
  name: "a file that registers tests is found as one",
  violations: ({ path, text }) => {
    if (!path.startsWith("tests/") || path.endsWith("_test.ts")) return [];
    const bare = code(text);
    const registers = /(?<![.\w$])(?:Deno\s*\.\s*test|servicesTest)\s*[.(]/.test(bare);
    // A suite that several adapters share exports a function, and the test files call it.
    const isSuite = /^export (?:async )?function /m.test(bare);
    return registers && !isSuite ? ["registers tests, but its name does not end with _test.ts"] : [];
  },
  caught: [
    ["tests/bus/publish.ts", `Deno.test("publish()", () => {});`],
    ["tests/bus/publish.ts", `for (const x of [1]) {\n  servicesTest("publish()", ["redis"], () => {});\n}`],
  ],
  fine: [
    ["tests/bus/publish_test.ts", `Deno.test("publish()", () => {});`],
    ["tests/bus/suite.ts", `export function busSuite() {\n  Deno.test("publish()", () => {});\n}`],
    ["tests/bus/setup.ts", `/** For Deno.test("x"). */\nexport const x = 'Deno.test("x")';`],
  ],
};

/** The rules on the shape of files. */
export const SHAPE_RULES: readonly Rule[] = [names, length, docstrings, testFiles];

/**
 * Holds the simulator's answers to payloads of the same kind as they really look, which stay in the folder named by
 * PAYLOADS_DIR (default `../shared/payloads`, where it exists). A type that differs fails; keys that only one side has
 * are listed.
 */
import assert from "node:assert/strict";
import { payloadFolder, payloadNames } from "../payloads/folder.ts";
import { googleAnswers, microsoftAnswers } from "./payload_answers.ts";
import { compareShapes, shapeOf } from "./payload_shapes.ts";

const DIRECTORY = payloadFolder();
/** Documentation slips of the payloads themselves. */
const SLIPS: Readonly<Record<string, readonly string[]>> = {
  // Prints isRead as the text "true"; real answers have booleans.
  "graph-messages-delta-removed": [".value[].isRead"],
};

/** The payloads' texts by name; undefined where there is no such folder. */
async function readPayloads(names: readonly string[]): Promise<Map<string, string> | undefined> {
  if (DIRECTORY === null) return undefined;
  const present = new Set(payloadNames(DIRECTORY));
  const texts = new Map<string, string>();
  for (const name of names) {
    if (present.has(name)) texts.set(name, await Deno.readTextFile(new URL(`${name}.json`, DIRECTORY)));
    else say(`Skipped: there is no ${name}.json`);
  }
  return texts;
}

for (const [provider, ask] of [["Microsoft", microsoftAnswers], ["Google", googleAnswers]] as const) {
  Deno.test(`the simulated ${provider}'s answers have the types of real payloads of the same kind`, async () => {
    const answers = await ask();
    const payloads = await readPayloads(Object.keys(answers));
    if (payloads === undefined) return say("Skipped: there is no folder of payloads");
    for (const [name, text] of payloads) {
      const difference = compareShapes(shapeOf(JSON.parse(text)), shapeOf(answers[name]));
      const clashes = difference.clashes.filter((one) => !SLIPS[name]?.some((path) => one.startsWith(`${path}:`)));
      assert.deepEqual(clashes, [], name);
      if (difference.missing.length > 0) say(`${name}: not simulated: ${difference.missing.join(" ")}`);
      if (difference.extra.length > 0) say(`${name}: only simulated: ${difference.extra.join(" ")}`);
    }
  });
}

Deno.test("compareShapes() finds a type that differs, and keys that only one side has", () => {
  const difference = compareShapes(
    shapeOf({ a: 1, b: [{ c: "x", d: null }], e: true, n: null }),
    shapeOf({ a: "1", b: [{ c: "y", d: 3, f: 1 }], n: "set" }),
  );
  assert.deepEqual(difference, { clashes: [".a: number is not string"], missing: [".e"], extra: [".b[].f"] });
});

function say(text: string): void {
  // deno-lint-ignore no-console
  console.info(text);
}

import { join } from "node:path";

/** All test files below the folder, relative to the root with `/`. */
export function testFiles(root: string, folder = "tests"): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testFiles(root, path);
    return name.endsWith("_test.ts") ? [path] : [];
  }).sort();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/**
 * What to hand to `deno test`: the test files whose path contains a filter; if there is none, all files with the
 * filters as parts of test names.
 */
export function selectTests(root: string, filters: readonly string[]): readonly string[] {
  if (filters.length === 0) return ["tests/"];
  const files = testFiles(root).filter((file) => filters.some((filter) => file.includes(filter.replace(/^\.\//, ""))));
  return files.length > 0 ? files : [`--filter=/${filters.map(escaped).join("|")}/`, "tests/"];
}

import { join } from "node:path";

/** All test files below the folder, relative to the root with `/`. */
export function testFiles(root: string, folder = "tests"): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return testFiles(root, path);
    return name.endsWith("_test.ts") ? [path] : [];
  }).sort();
}

/** What to hand to `deno test`, and the files that it will then load. */
export interface Selection {
  readonly selection: readonly string[];
  readonly files: readonly string[];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Test files whose path contains a filter; if there is none, all files with the filters as parts of test names. */
export function selectTests(root: string, filters: readonly string[]): Selection {
  const all = testFiles(root);
  if (filters.length === 0) return { selection: ["tests/"], files: all };
  const files = all.filter((file) => filters.some((filter) => file.includes(filter.replace(/^\.\//, ""))));
  if (files.length > 0) return { selection: files, files };
  return { selection: [`--filter=/${filters.map(escaped).join("|")}/`, "tests/"], files: all };
}

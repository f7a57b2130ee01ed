/** The application package in `vespa/`, read as far as tests need it. */

const PACKAGE = new URL("../../vespa/", import.meta.url);

/** A file of the package. */
export function packageFile(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, PACKAGE));
}

/** A field of a schema: its type and what its lines say. */
export interface SchemaField {
  readonly type: string;
  readonly lines: readonly string[];
}

/** A schema's blocks: its fields, what a fieldset and summaries name, and its rank expressions. */
export interface Schema {
  readonly name: string;
  readonly fields: ReadonlyMap<string, SchemaField>;
  readonly fieldset: readonly string[];
  readonly summaries: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  readonly functions: ReadonlyMap<string, string>;
  /** Expressions and match-features. */
  readonly expressions: readonly string[];
  readonly properties: readonly string[];
  readonly inputs: readonly string[];
}

interface Block {
  readonly head: string;
  readonly lines: string[];
  readonly blocks: Block[];
}

function blocksOf(text: string): Block {
  const root: Block = { head: "", lines: [], blocks: [] };
  const open = [root];
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*$/, "").trim();
    const top = open.at(-1);
    if (top === undefined) throw new Error("a brace too many");
    if (line.endsWith("{")) {
      const block: Block = { head: line.slice(0, -1).trim(), lines: [], blocks: [] };
      top.blocks.push(block);
      open.push(block);
    } else if (line === "}") open.pop();
    else if (line !== "") top.lines.push(line);
  }
  if (open.length !== 1) throw new Error("a brace is missing");
  return root;
}

function walk(block: Block): Block[] {
  return [block, ...block.blocks.flatMap(walk)];
}

/** Reads a schema. @throws Error when its braces do not meet */
export function parseSchema(text: string): Schema {
  const root = blocksOf(text);
  const all = walk(root);
  const starting = (word: string) => all.filter(({ head }) => head.startsWith(`${word} `));
  const nameOf = ({ head }: Block) => head.split(/\s+/)[1] ?? "";
  const after = (label: string, lines: readonly string[]) =>
    lines.filter((line) => line.startsWith(`${label}:`)).map((line) => line.slice(label.length + 1).trim());
  const functions = starting("function").map((block) =>
    [nameOf(block).replace("()", ""), after("expression", block.lines).join()] as const
  );
  return {
    name: nameOf(starting("schema")[0] ?? root),
    fields: new Map(
      starting("field").map((
        block,
      ) => [nameOf(block), { type: block.head.split(" type ")[1] ?? "", lines: block.lines }]),
    ),
    fieldset: starting("fieldset").flatMap(({ lines }) => after("fields", lines)).flatMap((list) => list.split(/,\s*/)),
    summaries: new Map(
      starting("document-summary").map((
        block,
      ) => [nameOf(block), new Map(block.blocks.map((summary) => [nameOf(summary), summary.lines]))]),
    ),
    functions: new Map(functions),
    expressions: [
      ...all.flatMap(({ lines }) => after("expression", lines)),
      ...all.flatMap(({ lines }) => after("match-features", lines)),
    ],
    properties: all.filter(({ head }) => head === "rank-properties").flatMap(({ lines }) => lines),
    inputs: all.filter(({ head }) => head === "inputs").flatMap(({ lines }) => lines),
  };
}

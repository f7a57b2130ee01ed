/** Writes `docs/configuration.md` from the schema of the environment. `--check` only says whether it is up to date. */
import { noteOf, VARIABLE_NAMES, type VariableName, type VariableNote } from "../shared/contracts/config_variables.ts";
import { say, warn } from "./terminal.ts";

const PATH = new URL("../docs/configuration.md", import.meta.url);

const HEAD = `# Configuration

Made by \`deno run scripts/config_docs.ts\` from \`shared/contracts/config_variables.ts\`; do not edit.

Everything is set by environment variables. An empty value counts as unset. All problems of an environment are said at
once, each with the variable, what was wrong and an example; values of secrets are never repeated. A variable that is
not ours but looks as if it was meant to be is reported as a likely typo.

A secret (🔒) may come as \`NAME_FILE\` instead: the path of a file that holds it.

There are two sets of adapters, and no other mixes:

- _embedded_: none of \`PUBSUB_PROJECT_ID\`, \`REDIS_URL\`, \`VESPA_ENDPOINT\` is set. SQLite keeps everything, for exactly
  one process.
- _cloud_: \`PUBSUB_PROJECT_ID\` and \`REDIS_URL\` are set, and \`VESPA_ENDPOINT\` for the index. Without it
  \`SINGLE_INSTANCE=1\` says that the embedded index may serve this one process.

\`deno task dev\` needs nothing. \`deno task start\` requires \`PUBLIC_URL\` and \`ENCRYPTION_KEYS\`, with Pub/Sub also
\`PUBSUB_PUSH_SERVICE_ACCOUNT\`; it takes an emulator only with \`--insecure-emulator\`.
`;

const INTRODUCTIONS: Readonly<Record<VariableNote["group"], string>> = {
  Serving: "Where the service listens, what it serves, and where it keeps its files.",
  Adapters: "What stands behind the bus, the state and the index.",
  Security: "Keys, and who may ask.",
  Microsoft: "The app registration. What differs from a default address may be plain http, for simulators.",
  Google: "The OAuth client. What differs from a default address may be plain http, for simulators.",
};

const LINE_WIDTH = 120;

/** As the formatter breaks prose: between words, and not inside of code. */
function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/[^\s`]*(?:`[^`]*`[^\s`]*)+|\S+/g) ?? []) {
    if (line !== "" && line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join("\n");
}

function entry(name: VariableName): string {
  const note = noteOf(name);
  const mark = note.secret === true ? " 🔒" : "";
  const facts = [...(note.default === undefined ? [] : [`- default: \`${note.default}\``])];
  facts.push(`- example: \`${name}=${note.example}\``);
  return `### \`${name}\`${mark}\n\n${wrapped(note.description)}\n\n${facts.join("\n")}\n`;
}

/** The document's text. */
export function configurationDocument(): string {
  const groups = [...new Set(VARIABLE_NAMES.map((name) => noteOf(name).group))];
  const sections = groups.map((group) => {
    const entries = VARIABLE_NAMES.filter((name) => noteOf(name).group === group).map(entry);
    return `## ${group}\n\n${INTRODUCTIONS[group]}\n\n${entries.join("\n")}`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}

if (import.meta.main) {
  const wanted = configurationDocument();
  if (Deno.args.includes("--check")) {
    const current = await Deno.readTextFile(PATH).catch(() => "");
    if (current !== wanted) {
      warn("docs/configuration.md is out of date: run deno run --allow-write=docs scripts/config_docs.ts");
      Deno.exit(1);
    }
  } else {
    await Deno.writeTextFile(PATH, wanted);
    say("docs/configuration.md written");
  }
}

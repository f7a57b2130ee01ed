/** The source tree as the rules see it. */
import { join } from "node:path";

/** A TypeScript file: its path from the root with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const ROOT = new URL("../../", import.meta.url).pathname;
const FOLDERS = ["routes", "consumers", "shared", "scripts", "tests", "console"];

function walk(folder: string): SourceFile[] {
  let entries: Deno.DirEntry[];
  try {
    entries = [...Deno.readDirSync(join(ROOT, folder))];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return entries.flatMap(({ name, isDirectory }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (isDirectory) return folder === "" && !FOLDERS.includes(name) ? [] : walk(path);
    return /\.tsx?$/.test(name) ? [{ path, text: Deno.readTextFileSync(join(ROOT, path)) }] : [];
  });
}

/** Every TypeScript file of the project. */
export function sourceTree(): SourceFile[] {
  return walk("").sort((a, b) => a.path < b.path ? -1 : 1);
}

/** After these a `/` begins a regular expression, elsewhere it divides. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|await|yield|void|throw))\s*$/;
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`|\/|[{}]/g;
const REGEX_REST = /(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const TEMPLATE_REST = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(`|\$\{)/y;

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/**
 * The text with comments, and with `strings` also the insides of strings and regular expressions, replaced by spaces:
 * what is left is code, at its old place. What stands in `${…}` is code.
 */
export function code(text: string, strings: "without strings" | "with strings" = "without strings"): string {
  let out = "";
  let at = 0;
  /** For each open `{`: whether its `}` ends the `${…}` of a template. */
  const braces: boolean[] = [];
  const inside = (piece: string) => strings === "with strings" ? piece : blank(piece);

  function take(end: number, written: string): void {
    out += written;
    at = end;
    TOKEN.lastIndex = end;
  }

  function template(): void {
    TEMPLATE_REST.lastIndex = at;
    const rest = TEMPLATE_REST.exec(text);
    if (rest === null) return take(text.length, inside(text.slice(at)));
    if (rest[1] === "${") braces.push(true);
    take(TEMPLATE_REST.lastIndex, inside(rest[0]));
  }

  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match;
    out += text.slice(at, match.index);
    const end = match.index + token.length;
    if (token.startsWith("//") || token.startsWith("/*")) take(end, blank(token));
    else if (token === "`") {
      take(end, inside(token));
      template();
    } else if (token === "{") {
      braces.push(false);
      take(end, token);
    } else if (token === "}") {
      take(end, token);
      if (braces.pop()) template();
    } else if (token === "/") {
      REGEX_REST.lastIndex = end;
      const rest = BEFORE_REGEX.test(out.slice(-40)) ? REGEX_REST.exec(text) : null;
      if (rest === null) take(end, token);
      else take(end + rest[0].length, inside(token + rest[0]));
    } else take(end, inside(token));
  }
  return out + text.slice(at);
}

/** An import, re-export or dynamic import. */
export interface Import {
  /** As written, or for a relative one the path from the root. */
  readonly target: string;
  /** Only types: gone when it runs. */
  readonly typeOnly: boolean;
  /** Loaded when it is needed: `import("…")`. */
  readonly lazy: boolean;
}

const IMPORT =
  /(?:^|[;\n}])\s*(?:import|export)\s+(type\s+)?(?:[\w*{][^;"']*?\sfrom\s*)?["']([^"'\n]+)["']|\bimport\s*\(\s*["']([^"'\n]+)["']/g;

/** All imports of a file, relative ones resolved. */
export function imports({ path, text }: SourceFile): Import[] {
  return [...code(text, "with strings").matchAll(IMPORT)].map(([, type, fixed, dynamic]) => {
    const specifier = fixed ?? dynamic ?? "";
    const target = specifier.startsWith(".") ? new URL(specifier, `file:///${path}`).pathname.slice(1) : specifier;
    return { target, typeOnly: type !== undefined, lazy: dynamic !== undefined };
  });
}

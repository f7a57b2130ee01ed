/** From the environment to the values of our variables: `NAME_FILE`, empty values, and names that look like a slip. */
import type { Problem } from "./config_rules.ts";
import { noteOf, VARIABLE_NAMES, type VariableName } from "./config_variables.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What was given, before any check. */
export interface Source {
  readonly given: ReadonlyMap<VariableName, string>;
  /** The given ones and those whose file can't be read: one mistake is not reported as a missing variable too. */
  readonly present: ReadonlySet<VariableName>;
  readonly problems: readonly Problem[];
}

function mayBeFile(name: VariableName): boolean {
  const { secret, file } = noteOf(name);
  return secret === true || file === true;
}

/** Takes each variable from its own name or, where it may be a file, from the one that `NAME_FILE` names. */
export function resolveFiles(env: Environment, readFile: ((path: string) => string) | undefined): Source {
  const given = new Map<VariableName, string>();
  const present = new Set<VariableName>();
  const problems: Problem[] = [];
  for (const name of VARIABLE_NAMES) {
    const value = env[name]?.trim() ?? "";
    const path = mayBeFile(name) ? env[`${name}_FILE`]?.trim() ?? "" : "";
    const refuse = (message: string) =>
      problems.push({ variable: `${name}_FILE`, message, example: `${name}_FILE=/run/secrets/${name.toLowerCase()}` });
    if (value === "" && path === "") continue;
    present.add(name);
    if (value !== "") given.set(name, value);
    if (path === "") continue;
    if (value !== "") {
      refuse(`is set beside ${name}: set only one of them`);
      continue;
    }
    const content = contentOf(path, readFile);
    if (content === "") refuse(`can't be used: ${JSON.stringify(path)} is not a readable file with content`);
    else given.set(name, content);
  }
  return { given, present, problems };
}

function contentOf(path: string, readFile: ((path: string) => string) | undefined): string {
  try {
    return readFile?.(path).trim() ?? "";
  } catch {
    // The reason may quote the file; that it can't be read is enough to act on.
    return "";
  }
}

const PREFIXES = [
  "ADMIN_",
  "AUTH_",
  "ENCRYPTION_",
  "GMAIL_",
  "GOOGLE_",
  "METRICS_",
  "MICROSOFT_",
  "MILLRACE_",
  "PUBSUB_",
  "REDIS_",
  "TOPIC_",
  "VESPA_",
];

/** Read by Google's own libraries, not by us. */
const FOREIGN = new Set(["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_QUOTA_PROJECT"]);

/** What Kubernetes sets in each container for a service called e.g. `redis`. */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT)(_\w+)?|PORT_\d+_(TCP|UDP)(_\w+)?)$/;

/** A name without our prefix is a slip only when it is this near to one of ours. */
const SLIP_DISTANCE_MAX = 2;

/** A shorter name without our prefix is near to one of ours by chance. */
const SLIP_LETTERS_MIN = 6;

/** How many letters must be put in, left out or exchanged to make one name of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const exchange = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, exchange));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

function nearest(name: string, candidates: readonly string[]): { name: string; distance: number } {
  return candidates.map((known) => ({ name: known, distance: distance(name, known) }))
    .reduce((best, next) => next.distance < best.distance ? next : best, { name: "", distance: Infinity });
}

/** One sentence for each variable that is not ours but looks as if it was meant to be. */
export function nearMisses(env: Environment): string[] {
  const known = VARIABLE_NAMES.flatMap((name) => mayBeFile(name) ? [name, `${name}_FILE`] : [name]);
  const ours = new Set<string>(known);
  return Object.keys(env).sort().flatMap((name) => {
    if (ours.has(name) || FOREIGN.has(name) || SERVICE_LINK.test(name) || env[name]?.startsWith("tcp://")) return [];
    const prefixed = PREFIXES.some((prefix) => name.startsWith(prefix));
    if (!prefixed && name.length < SLIP_LETTERS_MIN) return [];
    // Names whose lengths differ by more are further away: most of an environment then costs no comparison.
    const near = nearest(
      name,
      prefixed ? known : known.filter(({ length }) => Math.abs(length - name.length) <= SLIP_DISTANCE_MAX),
    );
    return prefixed || near.distance <= SLIP_DISTANCE_MAX
      ? [`${name} is not a variable of Millrace and is ignored; did you mean ${near.name}?`]
      : [];
  });
}

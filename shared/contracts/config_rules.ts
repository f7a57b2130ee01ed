/** The rules between variables: the two adapter sets, pairs, and what production requires. */
import { hostOf, isPrivateHost } from "./addresses.ts";
import { noteOf, type VariableName } from "./config_variables.ts";
import type { Secret } from "./secret.ts";

/** One thing that is wrong, and how it would be right. */
export interface Problem {
  readonly variable: string;
  /** What was wrong; never a secret's value. */
  readonly message: string;
  /** `NAME=value` */
  readonly example: string;
}

type Present = ReadonlySet<VariableName>;

/** An operator's key that is shorter can be guessed. */
const ADMIN_KEY_CHARACTERS_MIN = 24;

function wanted(variable: VariableName, message: string): Problem {
  return { variable, message, example: `${variable}=${noteOf(variable).example}` };
}

/** Embedded (nothing set) or cloud (Pub/Sub and Redis, an index that serves all instances); no other mixes. */
export function adapterProblems(present: Present, singleInstance: boolean): Problem[] {
  const pubsub = present.has("PUBSUB_PROJECT_ID");
  const redis = present.has("REDIS_URL");
  const vespa = present.has("VESPA_ENDPOINT");
  const problems: Problem[] = [];
  if (redis && !pubsub) problems.push(wanted("PUBSUB_PROJECT_ID", "is missing: REDIS_URL needs Pub/Sub beside it"));
  if (pubsub && !redis) problems.push(wanted("REDIS_URL", "is missing: PUBSUB_PROJECT_ID needs Redis beside it"));
  if (vespa && !pubsub && !redis) {
    problems.push(wanted("PUBSUB_PROJECT_ID", "is missing: VESPA_ENDPOINT needs Pub/Sub and Redis beside it"));
    problems.push(wanted("REDIS_URL", "is missing: VESPA_ENDPOINT needs Pub/Sub and Redis beside it"));
  }
  if (pubsub && redis && !vespa && !singleInstance) {
    problems.push(wanted(
      "VESPA_ENDPOINT",
      "is missing: the index must serve all instances; SINGLE_INSTANCE=1 allows the embedded index for one process",
    ));
  }
  if (!pubsub && present.has("PUBSUB_EMULATOR_HOST")) {
    problems.push(wanted("PUBSUB_PROJECT_ID", "is missing: PUBSUB_EMULATOR_HOST is set, so Pub/Sub is wanted"));
  }
  return problems;
}

const PAIRS: readonly (readonly [VariableName, VariableName])[] = [
  ["VESPA_CERT_PATH", "VESPA_KEY_PATH"],
  ["AUTH_ISSUER", "AUTH_AUDIENCE"],
  ["MICROSOFT_CLIENT_ID", "MICROSOFT_CLIENT_SECRET"],
  ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"],
];

/** Variables that make sense only together. */
export function pairProblems(present: Present): Problem[] {
  return PAIRS.flatMap(([one, other]) => {
    if (present.has(one) === present.has(other)) return [];
    const [missing, there] = present.has(one) ? [other, one] : [one, other];
    return [wanted(missing, `is missing: ${there} is set, and they go together`)];
  });
}

function emulatorProblems(present: Present, emulator: { host: string; allowed: boolean }): Problem[] {
  if (present.has("PUBSUB_EMULATOR_HOST")) {
    const problems: Problem[] = [];
    if (!emulator.allowed) {
      problems.push(
        wanted("PUBSUB_EMULATOR_HOST", "is set: an emulator's pushes prove nothing; allow it by --insecure-emulator"),
      );
    }
    if (emulator.host !== "" && !isPrivateHost(hostOf(emulator.host))) {
      problems.push(wanted("PUBSUB_EMULATOR_HOST", "must be on a loopback or private host"));
    }
    return problems;
  }
  if (!present.has("PUBSUB_PROJECT_ID") || present.has("PUBSUB_PUSH_SERVICE_ACCOUNT")) return [];
  return [wanted("PUBSUB_PUSH_SERVICE_ACCOUNT", "is missing: push deliveries could not be told from forged ones")];
}

/** What `deno task start` requires beyond what each variable requires by itself. */
export function startProblems(
  present: Present,
  emulator: { readonly host: string; readonly allowed: boolean },
  adminKey: Secret | undefined,
): Problem[] {
  const problems: Problem[] = [];
  if (!present.has("PUBLIC_URL")) problems.push(wanted("PUBLIC_URL", "is missing: providers must reach this service"));
  if (!present.has("ENCRYPTION_KEYS")) {
    problems.push(wanted("ENCRYPTION_KEYS", "is missing: tokens are stored encrypted"));
  }
  if (adminKey !== undefined && adminKey.reveal().length < ADMIN_KEY_CHARACTERS_MIN) {
    problems.push(wanted("ADMIN_API_KEY", `must have at least ${ADMIN_KEY_CHARACTERS_MIN} characters`));
  }
  return [...problems, ...emulatorProblems(present, emulator)];
}

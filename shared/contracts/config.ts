/** The configuration: read once, whole, with every problem said at once. The variables are in `config_variables.ts`. */
import { hostOf, isPrivateHost, type RedisAddress } from "./addresses.ts";
import { adapterProblems, pairProblems, type Problem, startProblems } from "./config_rules.ts";
import { nearMisses, resolveFiles } from "./config_source.ts";
import { type EncryptionKey, noteOf, VARIABLE_NAMES, type VariableName, Variables } from "./config_variables.ts";
import type { ServiceName } from "./names.ts";
import type { Secret } from "./secret.ts";
import type { SubscriptionConfig } from "./subscriptions.ts";
import { tuned } from "./tuning.ts";

export type { EncryptionKey } from "./config_variables.ts";
export type { RedisAddress, RedisHost } from "./addresses.ts";

/** What the HTTP surface needs to know. */
export interface HttpConfig {
  /** Without a slash at its end; `""` when unset (dev knows it only once it listens). */
  readonly public_url: string;
  readonly admin_api_key: Secret | null;
  readonly metrics_token: Secret | null;
  /** How many requests one API key or one signed-in person may make a minute of one instance; 0 for any number. */
  readonly requests_per_minute: number;
  /** Whose JWTs are accepted on `/v1`; null when none are. */
  readonly auth: { readonly issuer: string; readonly audience: string } | null;
  /** Whose tokens prove Graph's encrypted notifications: those for our application (`""`: none), by this login service. */
  readonly graph: { readonly client_id: string; readonly login_url: string };
  readonly push: PushConfig;
}

/** How log lines are written. */
export type LogForm =
  | { readonly kind: "json" }
  /** As Google Cloud Logging reads them; traces are named in this project, `""` for none. */
  | { readonly kind: "cloud"; readonly project_id: string };

/** How push deliveries and ticks prove themselves. */
export interface PushConfig {
  /** Accepted audiences; empty: the route's own URL. */
  readonly audiences: readonly string[];
  /** The service account's address; `""` when none is configured, then no token is accepted. */
  readonly service_account: string;
  /** Google's key set (JWKS). */
  readonly certs_url: string;
  /** True when deliveries of an emulator on a private host are accepted without a token. */
  readonly insecure_emulator: boolean;
}

/** The cloud's bus. */
export interface PubSubConfig {
  readonly project_id: string;
  /** `host:port`; `""` for Google's service. */
  readonly emulator_host: string;
  readonly push_audiences: readonly string[];
  /** `""` when none is configured. */
  readonly push_service_account: string;
}

/** An OAuth client at a provider; null in the configuration when it is not set up. */
export interface OAuthClient {
  readonly id: string;
  readonly secret: Secret;
}

/** How Microsoft is reached. */
export interface MicrosoftConfig {
  readonly client: OAuthClient | null;
  readonly tenant: string;
  readonly graph_url: string;
  readonly login_url: string;
}

/** How Google is reached. */
export interface GoogleConfig {
  readonly client: OAuthClient | null;
  /** `projects/…/topics/…`; `""`: Gmail is polled. */
  readonly gmail_topic: string;
  /** How much larger the project's quotas are than Google's defaults. */
  readonly quota_factor: number;
  /** One base for all APIs; `""`: each API's own host. */
  readonly api_url: string;
  readonly authorize_url: string;
  readonly token_url: string;
  readonly revoke_url: string;
  readonly certs_url: string;
}

/** All that the environment says, checked. */
export interface Config {
  /** `embedded`: SQLite for everything. `cloud`: Pub/Sub and Redis. */
  readonly adapters: "embedded" | "cloud";
  /** Null in the embedded set. */
  readonly pubsub: PubSubConfig | null;
  readonly redis: RedisAddress | null;
  /** Null: the SQLite index. */
  readonly vespa: { readonly endpoint: string; readonly cert_path: string; readonly key_path: string } | null;
  readonly topic_prefix: string;
  readonly services: readonly ServiceName[];
  /** The table of subscriptions with what `TUNING` sets otherwise. */
  readonly subscriptions: readonly SubscriptionConfig[];
  readonly port: number;
  readonly data_dir: string;
  readonly single_instance: boolean;
  readonly log_level: "debug" | "info" | "warn" | "error" | "silent";
  readonly log_form: LogForm;
  /** Whether spans are made. */
  readonly tracing: boolean;
  /** The first encrypts, all decrypt. Empty only outside of `start`. */
  readonly encryption_keys: readonly EncryptionKey[];
  readonly audit_retention_days: number;
  readonly http: HttpConfig;
  readonly microsoft: MicrosoftConfig;
  readonly google: GoogleConfig;
  /** What is probably a mistake but no reason not to start, one sentence each. */
  readonly warnings: readonly string[];
}

/** How a configuration is read. */
export interface ReadConfigOptions {
  /** `start`: production, with all it requires. `dev`: nothing is required. `task`: a script that opens the stores. */
  readonly mode?: "start" | "dev" | "task";
  /** `--insecure-emulator` was given. */
  readonly insecure_emulator?: boolean;
  /** Reads the file of a `NAME_FILE`; without it such variables are refused. */
  readonly readFile?: (path: string) => string;
}

/** The environment can't be used. The message names every problem, and no secret. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
  readonly problems: readonly Problem[];

  /** @param warnings what may be the reason, such as a variable whose name is misspelt; one sentence each */
  constructor(problems: readonly Problem[], warnings: readonly string[] = []) {
    const lines = [
      ...problems.map((problem) => `  ${problem.variable}: ${problem.message}\n    for example ${problem.example}`),
      ...warnings.map((warning) => `  ${warning}`),
    ];
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`Cannot start: the configuration has ${count}\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

/** How much of a wrong value is repeated. */
const SHOWN_CHARACTERS_MAX = 80;

function problemOf(variable: VariableName, message: string, value: string): Problem {
  const note = noteOf(variable);
  const shown = note.secret === true ? "" : `, is ${JSON.stringify(value.slice(0, SHOWN_CHARACTERS_MAX))}`;
  return { variable, message: `${message}${shown}`, example: `${variable}=${note.example}` };
}

/** Parsed once in a process: compiling a parser for it first would cost the start more than it gains. */
const ONCE = { jitless: true } as const;

interface Parsed {
  readonly values: Partial<Variables>;
  /** Null when a variable is wrong. */
  readonly whole: Variables | null;
  readonly problems: readonly Problem[];
}

/** Each variable by itself: the values of those that are right, the problems of those that are not. */
function parsed(given: ReadonlyMap<VariableName, string>): Parsed {
  const raw = Object.fromEntries(given);
  const whole = Variables.safeParse(raw, ONCE);
  if (whole.success) return { values: whole.data, whole: whole.data, problems: [] };
  const wrong = new Set(whole.error.issues.map((issue) => String(issue.path[0])));
  const problems = VARIABLE_NAMES.filter((name) => wrong.has(name)).map((name) => {
    const messages = whole.error.issues.filter((issue) => issue.path[0] === name).map((issue) => issue.message);
    return problemOf(name, [...new Set(messages)].join("; "), given.get(name) ?? "");
  });
  const right = Object.fromEntries(Object.entries(raw).filter(([name]) => !wrong.has(name)));
  return { values: Variables.parse(right, ONCE), whole: null, problems };
}

function client(id: string | undefined, secret: Secret | undefined): OAuthClient | null {
  return id === undefined || secret === undefined ? null : { id, secret };
}

function httpOf(values: Variables, insecureEmulator: boolean): HttpConfig {
  const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = values;
  return {
    public_url: values.PUBLIC_URL ?? "",
    admin_api_key: values.ADMIN_API_KEY ?? null,
    metrics_token: values.METRICS_TOKEN ?? null,
    requests_per_minute: values.API_REQUESTS_PER_MINUTE,
    auth: issuer === undefined || audience === undefined ? null : { issuer, audience },
    graph: { client_id: values.MICROSOFT_CLIENT_ID ?? "", login_url: values.MICROSOFT_LOGIN_URL },
    push: {
      audiences: values.PUBSUB_PUSH_AUDIENCE,
      service_account: values.PUBSUB_PUSH_SERVICE_ACCOUNT ?? "",
      certs_url: values.GOOGLE_CERTS_URL,
      insecure_emulator: insecureEmulator,
    },
  };
}

function storesOf(values: Variables): Pick<Config, "adapters" | "pubsub" | "redis" | "vespa"> {
  const { PUBSUB_PROJECT_ID: project_id, REDIS_URL: redis, VESPA_ENDPOINT: endpoint } = values;
  if (project_id === undefined || redis === undefined) {
    return { adapters: "embedded", pubsub: null, redis: null, vespa: null };
  }
  return {
    adapters: "cloud",
    redis,
    pubsub: {
      project_id,
      emulator_host: values.PUBSUB_EMULATOR_HOST ?? "",
      push_audiences: values.PUBSUB_PUSH_AUDIENCE,
      push_service_account: values.PUBSUB_PUSH_SERVICE_ACCOUNT ?? "",
    },
    vespa: endpoint === undefined
      ? null
      : { endpoint, cert_path: values.VESPA_CERT_PATH ?? "", key_path: values.VESPA_KEY_PATH ?? "" },
  };
}

function configOf(values: Variables, options: ReadConfigOptions, warnings: readonly string[]): Config {
  const emulator = values.PUBSUB_EMULATOR_HOST ?? "";
  const insecureEmulator = emulator !== "" && isPrivateHost(hostOf(emulator)) &&
    (options.mode !== "start" || options.insecure_emulator === true);
  return {
    ...storesOf(values),
    topic_prefix: values.TOPIC_PREFIX,
    services: values.SERVICES,
    subscriptions: tuned(values.TUNING),
    port: values.PORT,
    data_dir: values.DATA_DIR,
    single_instance: values.SINGLE_INSTANCE,
    log_level: values.LOG_LEVEL,
    log_form: values.LOG_FORMAT === "json"
      ? { kind: "json" }
      : { kind: "cloud", project_id: values.PUBSUB_PROJECT_ID ?? "" },
    tracing: values.OTEL_DENO,
    encryption_keys: values.ENCRYPTION_KEYS,
    audit_retention_days: values.AUDIT_RETENTION_DAYS,
    http: httpOf(values, insecureEmulator),
    microsoft: {
      client: client(values.MICROSOFT_CLIENT_ID, values.MICROSOFT_CLIENT_SECRET),
      tenant: values.MICROSOFT_TENANT,
      graph_url: values.MICROSOFT_GRAPH_URL,
      login_url: values.MICROSOFT_LOGIN_URL,
    },
    google: {
      client: client(values.GOOGLE_CLIENT_ID, values.GOOGLE_CLIENT_SECRET),
      gmail_topic: values.GMAIL_TOPIC ?? "",
      quota_factor: values.GOOGLE_QUOTA_FACTOR,
      api_url: values.GOOGLE_API_URL ?? "",
      authorize_url: values.GOOGLE_AUTHORIZE_URL,
      token_url: values.GOOGLE_TOKEN_URL,
      revoke_url: values.GOOGLE_REVOKE_URL,
      certs_url: values.GOOGLE_CERTS_URL,
    },
    warnings,
  };
}

/**
 * Reads the environment. An empty value counts as unset; a secret may come as `NAME_FILE`.
 * @throws ConfigError with all problems at once.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: ReadConfigOptions = {},
): Config {
  const source = resolveFiles(env, options.readFile);
  const { values, whole, problems } = parsed(source.given);
  const { present } = source;
  const emulator = { host: values.PUBSUB_EMULATOR_HOST ?? "", allowed: options.insecure_emulator === true };
  const all = [
    ...source.problems,
    ...problems,
    ...adapterProblems(present, values.SINGLE_INSTANCE === true),
    ...pairProblems(present),
    ...(options.mode === "start" ? startProblems(present, emulator, values.ADMIN_API_KEY) : []),
  ];
  const warnings = nearMisses(env);
  if (all.length > 0 || whole === null) throw new ConfigError(all, warnings);
  return configOf(whole, options, warnings);
}

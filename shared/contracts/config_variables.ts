/** Every environment variable: its check, and what an operator should know of it. `docs/configuration.md` is made from this. */
import { z } from "zod";
import { HostPort, OwnUrl, RedisUrl, serviceUrl } from "./addresses.ts";
import { ServiceName } from "./names.ts";
import { Secret } from "./secret.ts";
import { Tuning } from "./tuning.ts";

/** What an operator is told of a variable. */
export interface VariableNote {
  readonly group: "Serving" | "Adapters" | "Security" | "Microsoft" | "Google";
  readonly description: string;
  readonly example: string;
  /** Shown in the documentation; the schema holds the value itself. */
  readonly default?: string;
  /** May come as `NAME_FILE`, and is never repeated in a message. */
  readonly secret?: true;
  /** May come as `NAME_FILE`. */
  readonly file?: true;
}

/** Where the notes hang on their schemas. */
export const variableNotes: z.core.$ZodRegistry<VariableNote> = z.registry<VariableNote>();

function variable<S extends z.ZodType>(schema: S, note: VariableNote): S {
  variableNotes.add(schema, note);
  return schema;
}

const text = z.string().max(1_024);
const secret = text.transform((value) => new Secret(value));
const file = text;
const pieces = (value: string) => value.split(",").map((piece) => piece.trim()).filter((piece) => piece !== "");

/** An id and 32 bytes in base64. */
export interface EncryptionKey {
  readonly id: string;
  /** Base64 of the 32 bytes. */
  readonly key: Secret;
}

const KEY_FORM = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

const EncryptionKeys = z.string().transform((value, context): readonly EncryptionKey[] => {
  const keys = pieces(value).map((piece) => KEY_FORM.exec(piece));
  const ids = keys.map((key) => key?.[1] ?? "");
  if (keys.length === 0 || keys.includes(null)) {
    context.addIssue({ code: "custom", message: "must be id:base64 of 32 bytes, several separated by commas" });
  }
  if (new Set(ids).size !== ids.length) context.addIssue({ code: "custom", message: "has an id twice" });
  return keys.map((key) => ({ id: key?.[1] ?? "", key: new Secret(key?.[2] ?? "") }));
});

const Services = z.string().transform((value, context): readonly ServiceName[] => {
  const parsed = z.array(ServiceName).min(1).safeParse(pieces(value));
  if (parsed.success) return [...new Set(parsed.data)];
  context.addIssue({ code: "custom", message: `must be a comma list of ${ServiceName.options.join(", ")}` });
  return z.NEVER;
});

const Port = z.string().regex(/^[0-9]{1,5}$/, "must be a port from 0 to 65535 (0: any free one)").transform(Number)
  .refine((port) => port <= 65_535, "must be a port from 0 to 65535 (0: any free one)");

const Switch = z.enum(["0", "1", "false", "true"], { error: "must be 1 or 0" }).transform((value) =>
  value === "1" || value === "true"
);

const Audiences = z.string().transform(pieces).refine((list) => list.length > 0, "must name at least one audience");

/** Letters that may stand in a topic's name. Source: cloud.google.com/pubsub/docs/pubsub-basics#resource_names. */
const TopicPrefix = z.string().regex(
  /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
  "must begin with a letter, then A-Z a-z 0-9 . _ -",
);

const Defaults = {
  graph: "https://graph.microsoft.com",
  login: "https://login.microsoftonline.com",
  authorize: "https://accounts.google.com/o/oauth2/v2/auth",
  token: "https://oauth2.googleapis.com/token",
  revoke: "https://oauth2.googleapis.com/revoke",
  certs: "https://www.googleapis.com/oauth2/v3/certs",
} as const;

/** A provider's address that can be moved, e.g. to a national cloud or a simulator. */
function movable(group: "Microsoft" | "Google", usual: string, example: string, description: string) {
  return variable(serviceUrl(usual).default(usual), { group, description, example, default: usual });
}

const serving = {
  PUBLIC_URL: variable(OwnUrl.optional(), {
    group: "Serving",
    description: "The address at which browsers and providers reach this service. Required by `deno task start`.",
    example: "https://millrace.example.com",
  }),
  PORT: variable(Port.default(8000), {
    group: "Serving",
    description: "The port to listen on; 0 takes any free one.",
    example: "8000",
    default: "8000",
  }),
  DATA_DIR: variable(text.default("./data"), {
    group: "Serving",
    description: "Where the embedded stores live. Exactly one process uses it at a time.",
    example: "/var/lib/millrace",
    default: "./data",
  }),
  SERVICES: variable(Services.default([...ServiceName.options]), {
    group: "Serving",
    description: "What this instance serves, as a comma list.",
    example: "office,vespa-loader",
    default: "all of them",
  }),
  LOG_LEVEL: variable(
    z.enum(["debug", "info", "warn", "error", "silent"], { error: "must be debug, info, warn, error or silent" })
      .default("info"),
    { group: "Serving", description: "The least level that is written to the log.", example: "info", default: "info" },
  ),
  LOG_FORMAT: variable(
    z.enum(["json", "cloud"], { error: "must be json or cloud" }).default("json"),
    {
      group: "Serving",
      description: "How log lines are written: `json`, or `cloud` with the severity, message and trace that Google " +
        "Cloud Logging reads.",
      example: "cloud",
      default: "json",
    },
  ),
  OTEL_DENO: variable(Switch.default(false), {
    group: "Serving",
    description: "`true` makes traces: Deno's own OpenTelemetry exports them to `OTEL_EXPORTER_OTLP_ENDPOINT` " +
      "(its other `OTEL_` variables hold too). See docs/operations.md.",
    example: "true",
    default: "false",
  }),
};

const adapters = {
  PUBSUB_PROJECT_ID: variable(
    z.string().regex(/^[a-z][a-z0-9.:-]{2,62}$/, "must be a Google Cloud project id").optional(),
    {
      group: "Adapters",
      description: "The Google Cloud project of the topics. Set together with `REDIS_URL`; unset: the embedded bus.",
      example: "acme-millrace",
    },
  ),
  PUBSUB_EMULATOR_HOST: variable(HostPort.optional(), {
    group: "Adapters",
    description:
      "A Pub/Sub emulator on a loopback or private host, in place of Google's service. Its pushes carry no " +
      "tokens, so `deno task start` takes it only with `--insecure-emulator`.",
    example: "127.0.0.1:8085",
  }),
  PUBSUB_PUSH_AUDIENCE: variable(Audiences.default([]), {
    group: "Adapters",
    description: "The audience of push and tick tokens, compared exactly; a comma list while it is being changed " +
      "(tokens live an hour). Unset: each route's own URL under `PUBLIC_URL`.",
    example: "https://millrace.example.com",
  }),
  PUBSUB_PUSH_SERVICE_ACCOUNT: variable(z.email("must be a service account's address").optional(), {
    group: "Adapters",
    description: "The service account whose tokens push deliveries and ticks must carry.",
    example: "push@acme-millrace.iam.gserviceaccount.com",
  }),
  TOPIC_PREFIX: variable(TopicPrefix.default(""), {
    group: "Adapters",
    description: "Put before the names of topics and subscriptions, so that several installations share a project.",
    example: "staging-",
  }),
  REDIS_URL: variable(RedisUrl.optional(), {
    group: "Adapters",
    description: "Redis 6 or newer: `redis://[user:password@]host:port/db`, `rediss://` with TLS, or " +
      "`redis+cluster://host:port,host:port`. Set together with `PUBSUB_PROJECT_ID`; unset: the embedded state.",
    example: "rediss://default:password@redis.example.com:6380/0",
    secret: true,
  }),
  VESPA_ENDPOINT: variable(serviceUrl("").optional(), {
    group: "Adapters",
    description: "The Vespa container's address. Unset: the embedded index, which serves one process.",
    example: "https://vespa.example.com:8443",
  }),
  VESPA_CERT_PATH: variable(file.optional(), {
    group: "Adapters",
    description: "The client certificate for Vespa (PEM file). Set together with `VESPA_KEY_PATH`.",
    example: "/run/secrets/vespa-cert.pem",
  }),
  VESPA_KEY_PATH: variable(file.optional(), {
    group: "Adapters",
    description: "The client certificate's key (PEM file).",
    example: "/run/secrets/vespa-key.pem",
  }),
  SINGLE_INSTANCE: variable(Switch.default(false), {
    group: "Adapters",
    description: "1 says that this is the only process, so that Pub/Sub and Redis may be used with the embedded index.",
    example: "1",
    default: "0",
  }),
};

const security = {
  ENCRYPTION_KEYS: variable(EncryptionKeys.default([]), {
    group: "Security",
    description:
      "The keys that tokens are encrypted with: `id:base64 of 32 bytes`, comma list. The first encrypts, all " +
      "decrypt. To rotate put a new one in front, start every instance anew, run `deno task keys rotate`, and take " +
      "the old one out. Required by `deno task start`; `deno task dev` makes its own.",
    example: "k1:$(openssl rand -base64 32)",
    secret: true,
  }),
  ADMIN_API_KEY: variable(secret.optional(), {
    group: "Security",
    description: "An operator's key for `/v1` and `/metrics`; acts for a person with the header `Millrace-User`. At " +
      "least 24 characters in `deno task start`.",
    example: "$(openssl rand -base64 32)",
    secret: true,
  }),
  METRICS_TOKEN: variable(secret.optional(), {
    group: "Security",
    description: "A bearer token that may read `/metrics` and nothing else.",
    example: "$(openssl rand -base64 32)",
    secret: true,
  }),
  TUNING: variable(
    z.string().max(64 * 1_024).transform((value, context): Tuning => {
      let json: unknown;
      try {
        json = JSON.parse(value);
      } catch {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
      const parsed = Tuning.safeParse(json);
      if (parsed.success) return parsed.data;
      const [first] = parsed.error.issues;
      const message = `${first?.path.join(".") || "the whole"}: ${first?.message ?? "is not valid"}`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    }).prefault("{}"),
    {
      group: "Serving",
      description:
        "Batch sizes, deadlines and retentions of subscriptions otherwise than the table has them, as JSON; " +
        "or `TUNING_FILE`, the path of a file with it. [tuning.md](tuning.md) says when.",
      example: '{"subscriptions": {"vespa-loader-*": {"batch_size": 100}}}',
      file: true,
    },
  ),
  API_REQUESTS_PER_MINUTE: variable(
    z.string().regex(/^(0|[1-9]\d{0,6})$/, "must be a number from 0 to 9999999").transform(Number).default(1_200),
    {
      group: "Security",
      description: "How many requests one API key, or one person signed in by token, may make a minute of one " +
        "instance; so many may also come at once. 0 limits nobody. `ADMIN_API_KEY` is not limited.",
      example: "6000",
      default: "1200",
    },
  ),
  AUDIT_RETENTION_DAYS: variable(
    z.string().regex(/^[1-9]\d{0,3}$/, "must be a number of days from 1 to 9999").transform(Number).default(400),
    {
      group: "Security",
      description: "How long the audit log is kept, days. Export it before that with `deno task audit`.",
      example: "730",
      default: "400",
    },
  ),
  AUTH_ISSUER: variable(serviceUrl("").optional(), {
    group: "Security",
    description: "An OpenID Connect issuer whose JWTs are accepted on `/v1`; `sub` is the user.",
    example: "https://login.example.com",
  }),
  AUTH_AUDIENCE: variable(text.optional(), {
    group: "Security",
    description: "The audience that those JWTs must carry. Set together with `AUTH_ISSUER`.",
    example: "millrace",
  }),
};

const microsoft = {
  MICROSOFT_CLIENT_ID: variable(text.optional(), {
    group: "Microsoft",
    description: "The application (client) id of the app registration. Unset: Microsoft accounts can't be connected.",
    example: "00000000-0000-0000-0000-000000000000",
  }),
  MICROSOFT_CLIENT_SECRET: variable(secret.optional(), {
    group: "Microsoft",
    description: "The app registration's client secret.",
    example: "the secret's value, not its id",
    secret: true,
  }),
  MICROSOFT_TENANT: variable(
    z.string().regex(/^[A-Za-z0-9.-]{1,128}$/, "must be common, organizations, consumers, a tenant's id or domain")
      .default("common"),
    {
      group: "Microsoft",
      description: "Whose accounts may sign in: `common`, `organizations`, `consumers`, a tenant's id or domain.",
      example: "organizations",
      default: "common",
    },
  ),
  MICROSOFT_GRAPH_URL: movable("Microsoft", Defaults.graph, "https://graph.microsoft.us", "Microsoft Graph."),
  MICROSOFT_LOGIN_URL: movable("Microsoft", Defaults.login, "https://login.microsoftonline.us", "The sign-in service."),
};

const google = {
  GOOGLE_CLIENT_ID: variable(text.optional(), {
    group: "Google",
    description: "The OAuth client's id. Unset: Google accounts can't be connected.",
    example: "123-abc.apps.googleusercontent.com",
  }),
  GOOGLE_CLIENT_SECRET: variable(secret.optional(), {
    group: "Google",
    description: "The OAuth client's secret.",
    example: "GOCSPX-…",
    secret: true,
  }),
  GMAIL_TOPIC: variable(
    z.string().regex(
      /^projects\/[a-z][a-z0-9.:-]{2,62}\/topics\/[A-Za-z][A-Za-z0-9._~+%-]{2,254}$/,
      "must be projects/{project}/topics/{topic}",
    ).optional(),
    {
      group: "Google",
      description:
        "The full name of the topic that Gmail notifies; another project is allowed. Unset: Gmail is polled.",
      example: "projects/acme-millrace/topics/gmail",
    },
  ),
  GOOGLE_QUOTA_FACTOR: variable(
    z.string().regex(/^\d{1,4}(\.\d{1,3})?$/, "must be a number above 0, such as 2.5").transform(Number)
      .refine((factor) => factor > 0, "must be a number above 0, such as 2.5").default(1),
    {
      group: "Google",
      description:
        "How much larger the project's quotas are than Google's defaults. They are counted before they are " +
        "spent, by each instance for itself: where several share a large load, its part for each.",
      example: "5",
      default: "1",
    },
  ),
  GOOGLE_API_URL: variable(serviceUrl("https://www.googleapis.com").optional(), {
    group: "Google",
    description: "One base in place of all of Google's API hosts, paths kept. Unset: each API's own host.",
    example: "http://127.0.0.1:9000",
  }),
  GOOGLE_AUTHORIZE_URL: movable("Google", Defaults.authorize, "http://127.0.0.1:9000/auth", "The consent page."),
  GOOGLE_TOKEN_URL: movable("Google", Defaults.token, "http://127.0.0.1:9000/token", "The token endpoint."),
  GOOGLE_REVOKE_URL: movable("Google", Defaults.revoke, "http://127.0.0.1:9000/revoke", "The revocation endpoint."),
  GOOGLE_CERTS_URL: movable(
    "Google",
    Defaults.certs,
    "http://127.0.0.1:9000/certs",
    "The key set (JWKS) that push tokens are checked with.",
  ),
};

/** All variables, each with its check. An empty value counts as unset. */
export const Variables = z.object({ ...serving, ...adapters, ...security, ...microsoft, ...google });
export type Variables = z.infer<typeof Variables>;
/** The name of a variable. */
export type VariableName = keyof Variables;

/** The names, in the order of the documentation. */
export const VARIABLE_NAMES = Variables.keyof().options;

/** The note of a variable. */
export function noteOf(name: VariableName): VariableNote {
  const note = variableNotes.get(Variables.shape[name]);
  if (note === undefined) throw new TypeError(`Cannot find the note of variable "${name}"`);
  return note;
}

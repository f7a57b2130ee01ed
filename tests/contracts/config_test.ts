import assert from "node:assert/strict";
import fc from "fast-check";
import { isLoopbackHost, isPrivateHost, RedisUrl } from "../../shared/contracts/addresses.ts";
import { type Config, ConfigError, readConfig, type ReadConfigOptions } from "../../shared/contracts/config.ts";
import { noteOf, VARIABLE_NAMES } from "../../shared/contracts/config_variables.ts";
import { Secret } from "../../shared/contracts/secret.ts";
import { configurationDocument } from "../../scripts/config_docs.ts";

const KEY = `k1:${new Uint8Array(32).toBase64()}`;
const START = { PUBLIC_URL: "https://millrace.test", ENCRYPTION_KEYS: KEY };
const CLOUD = {
  PUBSUB_PROJECT_ID: "acme-millrace",
  REDIS_URL: "redis://localhost:6379/0",
  VESPA_ENDPOINT: "https://vespa.test",
  PUBSUB_PUSH_SERVICE_ACCOUNT: "push@acme-millrace.iam.gserviceaccount.com",
};

function refusal(env: Record<string, string>, options: ReadConfigOptions = {}): ConfigError {
  try {
    readConfig(env, options);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: `accepted: ${JSON.stringify(env)}` });
}

const wrong = (env: Record<string, string>, options: ReadConfigOptions = {}) =>
  refusal(env, options).problems.map((problem) => problem.variable);

Deno.test("readConfig() needs nothing in dev: the embedded set with its defaults", () => {
  const config = readConfig({}, { mode: "dev" });
  assert.equal(config.adapters, "embedded");
  assert.deepEqual([config.port, config.data_dir, config.log_level], [8000, "./data", "info"]);
  assert.equal(config.services.length, 6);
  assert.equal(config.microsoft.graph_url, "https://graph.microsoft.com");
  assert.equal(config.google.authorize_url, "https://accounts.google.com/o/oauth2/v2/auth");
  assert.deepEqual(config.warnings, []);
});

Deno.test("readConfig() says every problem at once: variable, what was wrong, an example", () => {
  const error = refusal({
    PORT: "80000",
    SERVICES: "office,nonsense",
    LOG_LEVEL: "loud",
    ENCRYPTION_KEYS: "k1:short",
    PUBLIC_URL: "http://millrace.example.com",
    GMAIL_TOPIC: "gmail",
    VESPA_CERT_PATH: "/cert",
  }, { mode: "start" });
  assert.deepEqual(
    error.problems.map((problem) => problem.variable).sort(),
    ["ENCRYPTION_KEYS", "GMAIL_TOPIC", "LOG_LEVEL", "PORT", "PUBLIC_URL", "SERVICES", "VESPA_KEY_PATH"],
  );
  assert.match(error.message, /PORT: must be a port from 0 to 65535.*"80000"\n {4}for example PORT=8000/);
  for (const problem of error.problems) assert.match(problem.example, new RegExp(`^${problem.variable}=.`));
});

Deno.test("readConfig() never repeats a secret, whatever is wrong with it", () => {
  const secrets = VARIABLE_NAMES.filter((name) => noteOf(name).secret === true);
  assert.ok(secrets.length >= 6);
  for (const name of secrets) {
    const marked = { [name]: "hunter2-is-my-password", PORT: "wrong" };
    assert.doesNotMatch(refusal(marked, { mode: "start" }).message, /hunter2/, name);
  }
  const config = readConfig({ ADMIN_API_KEY: "hunter2", ENCRYPTION_KEYS: KEY });
  assert.doesNotMatch(
    JSON.stringify(config) + Deno.inspect(config, { depth: 9 }) + config.http.admin_api_key,
    /hunter2|AAAA/,
  );
  assert.equal(config.http.admin_api_key?.reveal(), "hunter2");
});

Deno.test("readConfig() takes each secret from NAME_FILE, and says when that can't be read or is set twice", () => {
  const files: Record<string, string> = { "/run/admin": "from-a-file\n" };
  const readFile = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error("no such file");
    return text;
  };
  const config = readConfig({ ADMIN_API_KEY_FILE: "/run/admin" }, { readFile });
  assert.equal(config.http.admin_api_key?.reveal(), "from-a-file");
  const env = { ...START, ENCRYPTION_KEYS: "", ENCRYPTION_KEYS_FILE: "/run/none" };
  assert.deepEqual(wrong(env, { mode: "start", readFile }), ["ENCRYPTION_KEYS_FILE"]);
  assert.deepEqual(wrong({ ADMIN_API_KEY: "a", ADMIN_API_KEY_FILE: "/run/admin" }, { readFile }), [
    "ADMIN_API_KEY_FILE",
  ]);
  for (const name of VARIABLE_NAMES.filter((name) => noteOf(name).secret === true)) {
    assert.ok(wrong({ [`${name}_FILE`]: "/run/none" }, { readFile }).includes(`${name}_FILE`), name);
  }
});

Deno.test("readConfig() accepts the two adapter sets and refuses every other mix with what to set", () => {
  const single = { SINGLE_INSTANCE: "1" };
  const { PUBSUB_PROJECT_ID, REDIS_URL, VESPA_ENDPOINT } = CLOUD;
  const accepted: [Record<string, string>, Config["adapters"]][] = [
    [{}, "embedded"],
    [single, "embedded"],
    [{ PUBSUB_PROJECT_ID, REDIS_URL, VESPA_ENDPOINT }, "cloud"],
    [{ PUBSUB_PROJECT_ID, REDIS_URL, ...single }, "cloud"],
  ];
  for (const [env, adapters] of accepted) assert.equal(readConfig(env).adapters, adapters);
  assert.deepEqual(wrong({ PUBSUB_PROJECT_ID }), ["REDIS_URL"]);
  assert.deepEqual(wrong({ REDIS_URL }), ["PUBSUB_PROJECT_ID"]);
  assert.deepEqual(wrong({ VESPA_ENDPOINT }), ["PUBSUB_PROJECT_ID", "REDIS_URL"]);
  assert.deepEqual(wrong({ PUBSUB_PROJECT_ID, VESPA_ENDPOINT }), ["REDIS_URL"]);
  assert.deepEqual(wrong({ REDIS_URL, VESPA_ENDPOINT, ...single }), ["PUBSUB_PROJECT_ID"]);
  assert.deepEqual(wrong({ PUBSUB_PROJECT_ID, REDIS_URL }), ["VESPA_ENDPOINT"]);
  assert.deepEqual(wrong({ PUBSUB_EMULATOR_HOST: "localhost:8085" }), ["PUBSUB_PROJECT_ID"]);
});

Deno.test("readConfig() for start requires address, keys, a service account, and a long admin key", () => {
  assert.deepEqual(wrong({}, { mode: "start" }).sort(), ["ENCRYPTION_KEYS", "PUBLIC_URL"]);
  assert.equal(readConfig(START, { mode: "start" }).http.public_url, "https://millrace.test");
  const { PUBSUB_PUSH_SERVICE_ACCOUNT: _, ...without } = { ...START, ...CLOUD };
  assert.deepEqual(wrong(without, { mode: "start" }), ["PUBSUB_PUSH_SERVICE_ACCOUNT"]);
  assert.deepEqual(wrong({ ...START, ADMIN_API_KEY: "x".repeat(23) }, { mode: "start" }), ["ADMIN_API_KEY"]);
  assert.ok(readConfig({ ...START, ADMIN_API_KEY: "x".repeat(24) }, { mode: "start" }));
});

Deno.test("readConfig() for start takes an emulator only with the option, and only on a private host", () => {
  const env = { ...START, ...CLOUD, PUBSUB_EMULATOR_HOST: "127.0.0.1:8085" };
  assert.deepEqual(wrong(env, { mode: "start" }), ["PUBSUB_EMULATOR_HOST"]);
  const allowed = readConfig(env, { mode: "start", insecure_emulator: true });
  assert.equal(allowed.http.push.insecure_emulator, true);
  const remote = { ...env, PUBSUB_EMULATOR_HOST: "emulator.example.com:8085" };
  assert.deepEqual(wrong(remote, { mode: "start", insecure_emulator: true }), ["PUBSUB_EMULATOR_HOST"]);
  assert.equal(readConfig(remote, { mode: "dev" }).http.push.insecure_emulator, false);
  assert.equal(
    readConfig({ ...START, ...CLOUD }, { mode: "start", insecure_emulator: true }).http.push.insecure_emulator,
    false,
  );
});

Deno.test("readConfig() reads encryption keys in their order and refuses wrong lengths and repeated ids", () => {
  const two = `new:${new Uint8Array(32).fill(1).toBase64()}, ${KEY}`;
  assert.deepEqual(readConfig({ ENCRYPTION_KEYS: two }).encryption_keys.map((key) => key.id), ["new", "k1"]);
  for (const bad of [`k1:${new Uint8Array(16).toBase64()}`, KEY.slice(3), `${KEY},${KEY}`, ",", "k1:"]) {
    assert.deepEqual(wrong({ ENCRYPTION_KEYS: bad }), ["ENCRYPTION_KEYS"], bad);
  }
});

Deno.test("readConfig() takes pairs only together", () => {
  assert.deepEqual(wrong({ AUTH_ISSUER: "https://login.test" }), ["AUTH_AUDIENCE"]);
  assert.deepEqual(wrong({ GOOGLE_CLIENT_SECRET: "x" }), ["GOOGLE_CLIENT_ID"]);
  assert.deepEqual(wrong({ MICROSOFT_CLIENT_ID: "x" }), ["MICROSOFT_CLIENT_SECRET"]);
  const config = readConfig({ MICROSOFT_CLIENT_ID: "x", MICROSOFT_CLIENT_SECRET: "y" });
  assert.deepEqual([config.microsoft.client?.id, config.microsoft.client?.secret.reveal()], ["x", "y"]);
});

Deno.test("readConfig() lets a provider's address be plain http only on another host than the usual one", () => {
  assert.equal(readConfig({ MICROSOFT_GRAPH_URL: "http://127.0.0.1:9/" }).microsoft.graph_url, "http://127.0.0.1:9");
  assert.equal(readConfig({ GOOGLE_TOKEN_URL: "http://sim:9/t" }).google.token_url, "http://sim:9/t");
  assert.deepEqual(wrong({ MICROSOFT_GRAPH_URL: "http://graph.microsoft.com" }), ["MICROSOFT_GRAPH_URL"]);
  assert.deepEqual(wrong({ GOOGLE_CERTS_URL: "http://www.googleapis.com/oauth2/v3/certs" }), ["GOOGLE_CERTS_URL"]);
  assert.deepEqual(wrong({ GOOGLE_API_URL: "ftp://x" }), ["GOOGLE_API_URL"]);
});

Deno.test("readConfig() warns of names that look like a slip, with the nearest one, and of no others", () => {
  const { warnings } = readConfig({
    REDIS_URI: "x",
    ENCRYPTION_KEY: "x",
    PUBIC_URL: "x",
    ADMIN_API_KEY_FIEL: "x",
    GOOGLE_APPLICATION_CREDENTIALS: "x",
    REDIS_PORT: "tcp://10.0.0.1:6379",
    REDIS_SERVICE_HOST: "10.0.0.1",
    PATH: "/bin",
    HOME: "/root",
  });
  assert.deepEqual(warnings.map((text) => [text.split(" ")[0], /mean (\w+)/.exec(text)?.[1]]), [
    ["ADMIN_API_KEY_FIEL", "ADMIN_API_KEY_FILE"],
    ["ENCRYPTION_KEY", "ENCRYPTION_KEYS"],
    ["PUBIC_URL", "PUBLIC_URL"],
    ["REDIS_URI", "REDIS_URL"],
  ]);
});

Deno.test("readConfig() names a slip beside the problem that it may be the reason of, and never its value", () => {
  assert.throws(() => readConfig({ PUBIC_URL: "https://secret.example" }, { mode: "start" }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /PUBLIC_URL: is missing/);
    assert.match(error.message, /PUBIC_URL is not a variable of Millrace and is ignored; did you mean PUBLIC_URL\?/);
    assert.doesNotMatch(error.message, /secret\.example/);
    return true;
  });
});

Deno.test("RedisUrl takes apart single and cluster addresses, with TLS, user, password and database", () => {
  const parse = (text: string) => {
    const { password, ...rest } = RedisUrl.parse(text);
    return { ...rest, password: password?.reveal() };
  };
  const usual = { kind: "single", tls: false, username: "", password: undefined, database: 0 };
  assert.deepEqual(parse("redis://localhost"), { ...usual, hosts: [{ host: "localhost", port: 6379 }] });
  assert.deepEqual(parse("rediss://ada:p%40ss%2Fword@r.test:6380/3"), {
    ...usual,
    hosts: [{ host: "r.test", port: 6380 }],
    tls: true,
    username: "ada",
    password: "p@ss/word",
    database: 3,
  });
  assert.deepEqual(parse("redis://:only@[::1]:7/15").hosts, [{ host: "::1", port: 7 }]);
  assert.deepEqual(parse("rediss+cluster://:p@a:1,b:2"), {
    ...usual,
    kind: "cluster",
    tls: true,
    password: "p",
    hosts: [{ host: "a", port: 1 }, { host: "b", port: 2 }],
  });
});

Deno.test("RedisUrl refuses what it would have to guess, without repeating the password", () => {
  const bad = [
    "localhost:6379",
    "http://localhost",
    "redis://a:1,b:2",
    "redis+cluster://a:1,b:2/1",
    "redis://h:99999",
    "redis://h:1/x",
    "redis://u:50%off@h:1",
    "redis://h/0?db=3",
    "redis://",
  ];
  for (const text of bad) {
    const parsed = RedisUrl.safeParse(text);
    assert.equal(parsed.success, false, text);
    assert.doesNotMatch(JSON.stringify(parsed.error?.issues), /50%off/);
  }
});

Deno.test("isPrivateHost() knows hosts that the internet can't reach from those that it can", () => {
  const loopback = ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"];
  const near = [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "fd00::1",
    "fe80::1",
    "pubsub",
    "x.internal",
  ];
  const far = [
    "172.32.0.1",
    "11.0.0.1",
    "8.8.8.8",
    "example.com",
    "localhost.example.com",
    "10.example.com",
    "2001:db8::1",
  ];
  for (const host of loopback) assert.ok(isLoopbackHost(host) && isPrivateHost(host), host);
  for (const host of near) assert.ok(!isLoopbackHost(host) && isPrivateHost(host), host);
  for (const host of far) assert.ok(!isLoopbackHost(host) && !isPrivateHost(host), host);
});

Deno.test("readConfig() answers arbitrary values with a configuration or a ConfigError, never otherwise", () => {
  const environment = fc.dictionary(fc.constantFrom(...VARIABLE_NAMES), fc.string({ unit: "grapheme" }), {
    maxKeys: 6,
  });
  fc.assert(fc.property(environment, (env) => {
    try {
      readConfig(env, { mode: "start" });
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
    }
  }));
});

Deno.test("Secret prints as [redacted] in every way of printing", () => {
  const secret = new Secret("hunter2");
  assert.deepEqual(
    [`${secret}`, JSON.stringify({ secret }), Deno.inspect(secret), Deno.inspect({ a: [secret] }).includes("hunter2")],
    ["[redacted]", '{"secret":"[redacted]"}', "[redacted]", false],
  );
});

Deno.test("docs/configuration.md is what the schema says", async () => {
  const current = await Deno.readTextFile(new URL("../../docs/configuration.md", import.meta.url));
  assert.equal(current, configurationDocument(), "run: deno run --allow-write=docs scripts/config_docs.ts");
  for (const name of VARIABLE_NAMES) assert.ok(current.includes(`### \`${name}\``), name);
});

Deno.test("TUNING sets subscriptions otherwise, the longest name that fits, and refuses what it does not know by name", () => {
  const of = (tuning: unknown, name = "vespa-loader-emails") =>
    readConfig({ TUNING: JSON.stringify(tuning) }, { mode: "dev" }).subscriptions.find((each) => each.name === name);
  const [whole, all] = [{ batch_size: 7 }, { batch_size: 100, ack_deadline_seconds: 300 }];
  assert.equal(of({})?.batch_size, 50);
  const both = { subscriptions: { "vespa-loader-emails": whole, "vespa-loader-*": all } };
  assert.deepEqual([of(both)?.batch_size, of(both)?.ack_deadline_seconds], [7, 300]);
  assert.deepEqual([of(both, "vespa-loader-todos")?.batch_size, of(both, "shipments-emails")?.batch_size], [100, 50]);
  const bad: [unknown, RegExp][] = [
    [{ subscriptions: { "vespa-loader-mails": whole } }, /TUNING: .*is no subscription; there are vespa-loader-emails/],
    [{ subscriptions: { "nothing-*": whole } }, /is no subscription/],
    [{ subscriptions: { "meetings-calendars": { batch: 1 } } }, /TUNING: subscriptions\.meetings-calendars: .*batch/],
    [{ subscriptions: { "meetings-calendars": { ack_deadline_seconds: 601 } } }, /ack_deadline_seconds/],
    [{ topics: {} }, /topics/],
    [[], /TUNING/],
  ];
  for (const [tuning, message] of bad) assert.throws(() => of(tuning), message);
  assert.throws(() => readConfig({ TUNING: "{" }, { mode: "dev" }), /TUNING: is not JSON/);
  const readFile = (path: string) => path === "/etc/millrace.json" ? JSON.stringify(both) : "";
  const { subscriptions } = readConfig({ TUNING_FILE: "/etc/millrace.json" }, { mode: "dev", readFile });
  assert.equal(subscriptions.find(({ name }) => name === "vespa-loader-emails")?.batch_size, 7);
});

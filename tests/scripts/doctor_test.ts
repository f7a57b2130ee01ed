/** The doctor: silent when all is well, one line for each thing that is wrong. */
import assert from "node:assert/strict";
import { doctor } from "../../scripts/doctor.ts";
import type { Fetch } from "../../shared/contracts/deps.ts";
import { AccountRecord, COLLECTIONS, type Connection } from "../../shared/contracts/records.ts";
import { TICK_EVERY_SECONDS } from "../../shared/contracts/schedule.ts";
import { CONNECTION } from "../consumers/office/world.ts";
import { type AppBundle, openBundle } from "../routes/app_bundle.ts";
import { openTerminal } from "./door_terminal.ts";

type Answers = Readonly<Record<string, () => Response>>;

/** A doctor of this bundle's app; `PUBLIC_URL` and the rest of the world answer as a test says. */
async function openDoctor(bundle: AppBundle, env: Record<string, string> = {}, answers: Answers = {}) {
  const terminal = await openTerminal(bundle, (args, out) => {
    const fetch: Fetch = async (input, init) => {
      const url = String(input);
      const answer = answers[url];
      if (answer !== undefined) return answer();
      if (url.startsWith("https://millrace.test")) return await bundle.app.request(url, init);
      return url.startsWith("http://127.0.0.1:1/") ? out.fetch(input, init) : Promise.reject(new TypeError("no route"));
    };
    const { clock, random } = bundle.deps;
    return doctor(args, { ...out, env: { ...out.env, ...env }, fetch, clock, random });
  });
  const codes = async () => {
    terminal.said.length = 0;
    const exit = await terminal.run();
    return [exit, ...terminal.said.map((line) => line.split("  ").slice(0, 2).join(" "))];
  };
  return { ...terminal, terminal, codes };
}

async function ran({ state, deps }: AppBundle): Promise<void> {
  const ran_at = new Date(deps.clock.now()).toISOString();
  await state.records({ system: "ticks" }).commit(
    Object.keys(TICK_EVERY_SECONDS).map((id) => ({
      op: "put",
      collection: COLLECTIONS.tickRuns,
      id,
      value: { ran_at },
    })),
  );
}

async function connect(
  { state }: AppBundle,
  over: Partial<Connection>,
  status: Partial<Connection["resources"][number]>,
) {
  const [resource] = CONNECTION.resources;
  assert.ok(resource);
  const value: Connection = { ...CONNECTION, ...over, resources: [{ ...resource, ...status }] };
  const account: AccountRecord = { connections: [{ user_id: "ada", connection_id: CONNECTION.connection_id }] };
  await state.records({ user_id: "ada" }).commit([
    { op: "put", collection: COLLECTIONS.connections, id: CONNECTION.connection_id, value },
  ]);
  await state.records({ system: "accounts" }).commit([
    { op: "put", collection: COLLECTIONS.accounts, id: "microsoft:ada@example.com", value: account },
  ]);
}

Deno.test("doctor is silent when all is well, and quick", async () => {
  const bundle = await openBundle();
  await ran(bundle);
  const opened = await openDoctor(bundle, { PUBLIC_URL: "https://millrace.test" });
  await using _closed = opened.terminal;
  const begun = performance.now();
  assert.equal(await opened.run(), 0);
  assert.deepEqual([opened.said, opened.warned], [[], []]);
  assert.equal(await opened.run("--json"), 0);
  assert.deepEqual(JSON.parse(opened.said[0] ?? ""), { findings: [], seconds: 0 });
  const seconds = (performance.now() - begun) / 1_000;
  assert.ok(seconds < 10, `${seconds} s`);
});

Deno.test("doctor finds silent ticks, lost grants, unread and failing resources, missing notifications", async () => {
  const bundle = await openBundle();
  const { deps } = bundle;
  const opened = await openDoctor(bundle);
  await using _closed = opened.terminal;
  const now = () => new Date(deps.clock.now()).toISOString();
  await ran(bundle);
  await connect(bundle, { state: "needs_reauth", updated_at: now() }, {});
  assert.deepEqual(await opened.codes(), [0, "warning account.needs_reauth"]);
  assert.match(opened.said[0] ?? "", /\(ada\).*→ POST \/v1\/connections/);
  await connect(bundle, { updated_at: now() }, { state: "failing", last_read_at: now() });
  assert.deepEqual(await opened.codes(), [1, "error resource.failing"]);
  await connect(bundle, { updated_at: now() }, { state: "active", last_read_at: now() });
  assert.deepEqual(await opened.codes(), [0]);
  await deps.clock.advance(36 * 60_000);
  await ran(bundle);
  assert.deepEqual(await opened.codes(), [1, "error resource.unread"]);
  await deps.clock.advance(3 * 60 * 60_000);
  await ran(bundle);
  const updated_at = new Date(deps.clock.now() - 3 * 60 * 60_000).toISOString();
  await connect(bundle, { updated_at }, {
    state: "active",
    last_read_at: now(),
    last_change_at: now(),
    delivery: "push",
  });
  assert.deepEqual(await opened.codes(), [0, "warning notifications.missing"]);
  await connect(bundle, { updated_at: now() }, { state: "active", last_read_at: now() });
  await deps.clock.advance(25 * 60_000);
  assert.deepEqual(await opened.codes(), [1, ...Object.keys(TICK_EVERY_SECONDS).map(() => "error tick.silent")]);
  assert.match(opened.said[0] ?? "", /→ deno task tick \w+/);
});

Deno.test("doctor says which part is not ready, which subscription is behind, and what waits for a person", async () => {
  const bundle = await openBundle({
    ports: {
      health: () =>
        Promise.resolve([
          { name: "state", ready: true, notes: ["Redis keeps no append-only file."] },
          { name: "index", ready: false, notes: ["store_away: The index does not answer"] },
        ]),
      bus: {
        stats: () =>
          Promise.resolve([
            {
              subscription: "shipments-emails",
              backlog: 9,
              oldest_unacked_seconds: 1_200,
              delivered: 0,
              acked: 0,
              nacked: 0,
            },
            {
              subscription: "vespa-loader-emails",
              backlog: null,
              oldest_unacked_seconds: null,
              delivered: null,
              acked: null,
              nacked: null,
            },
          ]),
        seek: () => Promise.resolve(),
        countSince: () => Promise.resolve(null),
      },
      dead_letters: {
        summary: ({ kind }: { kind: string }) =>
          Promise.resolve(
            kind === "permanent"
              ? {
                count: 3,
                truncated: false,
                groups: [{
                  subscription: "vespa-loader-emails",
                  kind: "permanent" as const,
                  code: "event_invalid",
                  count: 3,
                  oldest: "",
                  newest: "",
                }],
              }
              : { count: 0, truncated: false, groups: [] },
          ),
        list: () => Promise.resolve({ items: [], next_cursor: "" }),
        get: () => Promise.resolve(null),
        replay: () => Promise.resolve(null),
        discard: () => Promise.resolve(false),
        replayMany: () => Promise.reject(new TypeError("not here")),
        discardMany: () => Promise.reject(new TypeError("not here")),
        lettersOf: async function* () {},
        eraseOf: () => Promise.resolve(0),
        replayDue: () => Promise.resolve({ done: 0, more: false }),
      },
    },
  });
  await ran(bundle);
  const opened = await openDoctor(bundle);
  await using _closed = opened.terminal;
  assert.deepEqual(await opened.codes(), [
    1,
    "error index.not_ready",
    "error subscription.behind",
    "warning state.warning",
    "warning dead_letters.waiting",
  ]);
  assert.match(opened.said[1] ?? "", /shipments-emails is 20 minutes behind: 9 messages/);
});

Deno.test("doctor says what is wrong with the environment, and repeats no secret", async () => {
  const bundle = await openBundle();
  await ran(bundle);
  const opened = await openDoctor(bundle, {
    MICROSOFT_CLIENT_ID: "x",
    MICROSOFT_CLIENT_SECRET: "00000000-1111-2222-3333-444444444444",
    MICROSOFT_LOGIN_URL: "http://127.0.0.1:1",
    ADMIN_API_KEY: "short-secret",
    REDIS_URLS: "x",
  });
  await using _closed = opened.terminal;
  const codes = await opened.codes();
  assert.deepEqual(codes, [1, "error config.secret_id", "warning config.typo", "warning config.weak_key"]);
  assert.doesNotMatch(opened.said.join(), /1111-2222|short-secret/);
  const invalid = await openDoctor(await openBundle(), { PORT: "many", PUBSUB_PROJECT_ID: "acme-x" });
  await using _invalid = invalid.terminal;
  assert.deepEqual(new Set(await invalid.codes()), new Set([1, "error config.invalid"]));
  assert.ok(invalid.said.length >= 2);
});

Deno.test("doctor tells a PUBLIC_URL that is away from a bad certificate, another server, and an open door", async () => {
  const url = "https://millrace.test";
  const health = `${url}/healthz`;
  const cases: [Answers, string][] = [
    [{ [health]: () => Promise.reject(new TypeError("connection refused")) as never }, "error public_url.unreachable"],
    [
      { [health]: () => Promise.reject(new TypeError("invalid peer certificate: Expired")) as never },
      "error public_url.tls",
    ],
    [{ [health]: () => new Response("<html>", { status: 200 }) }, "error public_url.other"],
    [{ [`${url}/push/vespa-loader-emails`]: () => new Response(null, { status: 204 }) }, "error push.open"],
    [{ [`${url}/push/vespa-loader-emails`]: () => new Response(null, { status: 404 }) }, "warning push.missing"],
  ];
  for (const [answers, code] of cases) {
    const bundle = await openBundle();
    await ran(bundle);
    const opened = await openDoctor(bundle, { PUBLIC_URL: url }, answers);
    await using _closed = opened.terminal;
    assert.deepEqual((await opened.codes()).slice(1), [code]);
  }
});

Deno.test("doctor says when no instance is there, and when it is not let in", async () => {
  const bundle = await openBundle();
  await ran(bundle);
  const away = await openDoctor(bundle, {}, {
    "http://127.0.0.1:1/v1/admin/checkup": () => Promise.reject(new TypeError("refused")) as never,
  });
  await using _closed = away.terminal;
  assert.deepEqual(await away.codes(), [1, "error instance.away"]);
  await Deno.remove(`${away.DATA_DIR}/instance.json`);
  assert.deepEqual(await away.codes(), [0, "warning instance.unknown"]);
});

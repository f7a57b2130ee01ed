/** What `deno task setup` says without Pub/Sub; with the emulator: tests/services/setup_test.ts. */
import assert from "node:assert/strict";
import { setup } from "../../scripts/setup.ts";
import { SUBSCRIPTIONS } from "../../shared/contracts/subscriptions.ts";
import { TOPICS } from "../../shared/contracts/topics.ts";
import { testDeps } from "../routes/test_app.ts";

const CLOUD = {
  PUBLIC_URL: "https://millrace.example.com",
  PUBSUB_PROJECT_ID: "acme",
  REDIS_URL: "redis://10.0.0.3:6379/0",
  SINGLE_INSTANCE: "1",
  PUBSUB_PUSH_SERVICE_ACCOUNT: "push@acme.iam.gserviceaccount.com",
  GMAIL_TOPIC: "projects/acme/topics/gmail",
};
const GOLDEN = new URL("setup_gcloud.txt", import.meta.url);

function terminal(env: Record<string, string>) {
  const said: string[] = [];
  const warned: string[] = [];
  const run = (...args: string[]) =>
    setup(args, { env, deps: testDeps(), say: (line) => said.push(line), warn: (line) => warned.push(line) });
  return { run, said, warned };
}

Deno.test("setup --print-gcloud prints what the golden file holds: every topic, subscription, role and tick", async () => {
  const { run, said } = terminal(CLOUD);
  assert.equal(await run("--print-gcloud"), 0);
  // The schemas' fields are the contract's, and held to it elsewhere.
  const lines = said.map((line) => line.replace(/--definition='[^']*'/, "--definition='…'"));
  assert.deepEqual(lines.join("\n"), (await Deno.readTextFile(GOLDEN)).trimEnd());
  for (const { name } of TOPICS) {
    assert.ok(said.some((line) => line.startsWith(`gcloud pubsub topics create ${name} `)));
  }
  for (const { name } of SUBSCRIPTIONS) {
    assert.ok(said.some((line) => line.startsWith(`gcloud pubsub subscriptions create ${name} `)), name);
  }
  for (const line of said) assert.doesNotMatch(line, /undefined|\[object/);
});

Deno.test("setup --print-gcloud names a second set by its prefix", async () => {
  const { run, said } = terminal({ ...CLOUD, TOPIC_PREFIX: "staging-" });
  assert.equal(await run("--print-gcloud"), 0);
  const named = said.filter((line) => /topics create|subscriptions create|jobs create|schemas create/.test(line));
  assert.ok(named.length > 30);
  for (const line of named) assert.match(line, / create (http )?(staging-|projects\/acme\/topics\/gmail )/);
});

Deno.test("setup on the embedded set lists the addresses to register, and says what is missing", async () => {
  const { run, said, warned } = terminal({ PUBLIC_URL: "https://millrace.example.com" });
  assert.equal(await run(), 0);
  assert.match(
    said.join("\n"),
    /^ {2}https:\/\/millrace.example.com\/oauth\/microsoft\/callback\n {6}Microsoft Entra/m,
  );
  assert.equal(await run("--print-gcloud"), 1);
  assert.match(warned.at(-1) ?? "", /Set PUBSUB_PROJECT_ID/);
  const without = terminal({});
  assert.equal(await without.run(), 1);
  assert.match(without.warned[0] ?? "", /Set PUBLIC_URL first, such as/);
});

Deno.test("setup refuses wrong calls with what to do", async () => {
  const { run, said, warned } = terminal(CLOUD);
  for (const args of [["--what"], ["word"], ["--check", "--plan"]]) {
    assert.equal(await run(...args), 2);
    assert.match(warned.at(-1) ?? "", /deno task setup --help/);
  }
  assert.equal(await run("--help"), 0);
  assert.match(said[0] ?? "", /Exit codes/);
});

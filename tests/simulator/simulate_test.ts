import assert from "node:assert/strict";
import { simulate } from "../../scripts/simulate.ts";
import {
  readSimulatorAddress,
  removeSimulatorAddress,
  writeSimulatorAddress,
} from "../../scripts/simulator/address.ts";
import { ORIGIN, setup } from "./bundle.ts";

/** The command with a simulator behind it; gives exit code and what was printed. */
async function command() {
  const bundle = setup({
    people: [{ user: "ada", provider: "microsoft", mails: 5 }, { user: "ben", provider: "google", mails: 5 }],
  });
  const dataDir = await Deno.makeTempDir();
  await writeSimulatorAddress(dataDir, ORIGIN);
  const run = async (...args: string[]) => {
    const printed: string[] = [];
    const complained: string[] = [];
    const code = await simulate(args, {
      env: { DATA_DIR: dataDir },
      fetch: (url, init) => bundle.simulator.fetch(new Request(url, init)),
      print: (text) => void printed.push(text),
      complain: (text) => void complained.push(text),
    });
    return { code, out: printed.join("\n"), err: complained.join("\n") };
  };
  return { ...bundle, dataDir, run, [Symbol.asyncDispose]: () => Deno.remove(dataDir, { recursive: true }) };
}

Deno.test("simulate sends, edits, moves and deletes at the running simulator", async () => {
  await using bundle = await command();
  const ada = bundle.simulator.person("ada");
  const sent = await bundle.run(
    "send",
    "--user",
    "ada",
    "--subject",
    "Zeppelin",
    "--from",
    "Grace <grace@x.example>",
    "--json",
  );
  assert.equal(sent.code, 0, sent.err);
  const { id } = JSON.parse(sent.out);
  assert.deepEqual([ada.find(id)?.subject, ada.find(id)?.from], ["Zeppelin", "Grace <grace@x.example>"]);
  await bundle.run("edit", "--user", "ada", "--match", "Zeppelin", "--body", "A blimp after all");
  assert.equal(ada.find(id)?.body, "A blimp after all");
  assert.equal((await bundle.run("move", "--user", "ada", "--id", id, "--folder", "archive")).code, 0);
  assert.equal(ada.find(id)?.folder?.alias, "archive");
  assert.match((await bundle.run("delete", "--user", "ada", "--match", "blimp")).out, /deleted: true/);
  assert.equal(ada.find(id), undefined);
  const ben = bundle.simulator.person("ben");
  const labelled = await bundle.run("send", "--user", "ben", "--folder", "Invoices", "--json");
  assert.deepEqual(ben.find(JSON.parse(labelled.out).id)?.labels, ["Label_2", "UNREAD"]);
  assert.match((await bundle.run("status")).out, /user: ben/);
  assert.match((await bundle.run("status", "--user", "ben")).out, /name: Invoices/);
});

Deno.test("simulate changes what a person keeps beside mail, and status counts it", async () => {
  await using bundle = await command();
  for (const [user, part] of [["ada", "contacts"], ["ben", "tasks"]] as const) {
    const person = bundle.simulator.person(user);
    const { code, out, err } = await bundle.run("desk", "--user", user, "--part", part, "--json");
    assert.equal(code, 0, err);
    const done = JSON.parse(out);
    assert.deepEqual([done.part, done.verb], [part, "create"]);
    assert.equal(person.items(part).get(done.id)?.word, done.word);
    assert.match((await bundle.run("status", "--user", user)).out, new RegExp(`${part}: 1`));
  }
  assert.equal((await bundle.run("desk", "--user", "ada", "--part", "mail")).code, 1);
  assert.equal((await bundle.run("desk", "--user", "ada")).code, 0);
});

Deno.test("simulate says what is wrong, and exits with a code of its own for each", async () => {
  await using bundle = await command();
  assert.equal((await bundle.run("--help")).code, 0);
  assert.deepEqual([(await bundle.run("dance")).code, (await bundle.run("send")).code], [2, 2]);
  assert.equal((await bundle.run("send", "--user", "ada", "--nonsense")).code, 2);
  const nobody = await bundle.run("send", "--user", "eve");
  assert.deepEqual([nobody.code, /there are: ada, ben/.test(nobody.err)], [1, true]);
  const folder = await bundle.run("move", "--user", "ada", "--folder", "Nowhere");
  assert.deepEqual([folder.code, /Nowhere/.test(folder.err)], [1, true]);
  assert.equal((await bundle.run("delete", "--user", "ada", "--match", "nothing says this")).code, 1);
  await removeSimulatorAddress(bundle.dataDir);
  const alone = await bundle.run("status");
  assert.deepEqual([alone.code, /deno task dev/.test(alone.err)], [3, true]);
  assert.equal(await readSimulatorAddress(bundle.dataDir), undefined);
});

Deno.test("the control surface refuses what a page of another origin could send", async () => {
  const { simulator } = setup();
  const url = `${ORIGIN}/control/people/ada/send`;
  const body = "{}";
  const form = await simulator.fetch(new Request(url, { method: "POST", body }));
  const headers = { "content-type": "application/json", origin: "http://evil.example" };
  const page = await simulator.fetch(new Request(url, { method: "POST", body, headers }));
  assert.deepEqual([form.status, page.status, simulator.person("ada").size], [400, 400, 40]);
});

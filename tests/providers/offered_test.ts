/** What a person may choose among, of both providers: real containers of the simulated accounts, by the ids of a choice. */
import assert from "node:assert/strict";
import { offeredContainers } from "../../consumers/office/containers.ts";
import type { OfficePorts } from "../../consumers/office/mod.ts";
import { ResourceName } from "../../shared/contracts/ids.ts";
import type { Connection, ResourceChoice } from "../../shared/contracts/records.ts";
import { connectAccount, ORIGIN, PUBLIC_URL, type TestAccount } from "./account.ts";
import { Follower } from "./follower.ts";
import { benOf } from "./google_account.ts";
import { MICROSOFT_CONFIG, openedMicrosoft } from "./opened.ts";

const RESOURCES = ResourceName.options;
const desk = { events: 12, contacts: 12, files: 12, tasks: 12 };

function microsoft(): Promise<TestAccount> {
  const config = {
    ...MICROSOFT_CONFIG,
    graph_url: `${ORIGIN}/graph`,
    login_url: `${ORIGIN}/login`,
    public_url: PUBLIC_URL,
  };
  return connectAccount({
    user: "ada",
    provider: "microsoft",
    mails: 20,
    folders: 3,
    desk,
    open: (deps) => openedMicrosoft(deps, config),
  });
}

const google = () => benOf(desk);

/** The office's view of the account: everything granted. */
function asked(account: TestAccount, over: Partial<Connection> = {}) {
  const connection: Connection = {
    ...account.connection,
    resources: RESOURCES.map((resource) => ({
      resource,
      granted: true,
      state: "active",
      last_read_at: "",
      last_change_at: "",
      last_notification_at: "",
      delivery: "poll",
      reason: "",
      poll_seconds: 0,
      verified_at: "",
      differences: 0,
      repaired: 0,
    })),
    ...over,
  };
  const ports: Pick<OfficePorts, "providers" | "deps" | "openMailbox"> = {
    providers: new Map([[account.provider.name, account.provider]]),
    deps: account.deps,
    openMailbox: () => account.mailbox,
  };
  return (resource: ResourceName, parent = "") => account.run(offeredContainers(ports, connection, resource, parent));
}

for (const [name, open] of [["Microsoft", microsoft], ["Google", google]] as const) {
  Deno.test(`${name}: every container that is read is offered, by the id that a choice leaves it out with`, async () => {
    const account = await open();
    const offers = asked(account);
    for (
      const resource of ["calendar", "todos", ...(name === "Microsoft" ? ["mail", "contacts"] as const : [])] as const
    ) {
      const follower = new Follower(account.provider, account.mailbox, resource);
      await account.run(follower.round());
      const ids = new Set((await offers(resource)).map(({ container_id }) => container_id));
      assert.ok(follower.enumerated.length > 0 && ids.size > 0, resource);
      assert.deepEqual(follower.enumerated.filter((id) => !ids.has(id)), [], resource);
    }
    for (const resource of RESOURCES) {
      const all = await offers(resource);
      assert.ok(all.length > 0, resource);
      assert.ok(all.every(({ path, given, container_id }) => given && path !== "" && container_id !== ""), resource);
    }
    assert.ok((await offers("mail")).some(({ role }) => role === "inbox"));
  });

  Deno.test(`${name}: a drive is offered with the folders at its top, and each folder with those in it`, async () => {
    const account = await open();
    const offers = asked(account);
    const top = await offers("drive");
    const [drive, ...folders] = top.toSorted((a, b) => a.parent_id.length - b.parent_id.length);
    assert.ok(drive !== undefined && folders.length > 0);
    assert.ok(
      folders.every(({ parent_id, path }) => parent_id === drive.container_id && path.startsWith(`${drive.name}/`)),
    );
    assert.deepEqual(
      await offers("drive", drive.container_id).then((all) => all.map(({ container_id }) => container_id).sort()),
      folders.map(({ container_id }) => container_id).sort(),
    );
    for (const { container_id } of folders) {
      const inside = await offers("drive", container_id);
      assert.ok(inside.every(({ parent_id }) => parent_id === container_id));
    }
    const choice: ResourceChoice = {
      resource: "drive",
      included: true,
      containers_in: [],
      containers_out: [drive.container_id],
      since: "",
      bodies: true,
      private_events: "full",
    };
    const without = await asked(account, { choices: [choice] })("drive");
    assert.ok(without.every(({ given }) => !given), "what lies in a drive that is left out is left out");
  });

  Deno.test(`${name}: nothing is asked of an account that may not be read`, async () => {
    const account = await open();
    await assert.rejects(asked(account, { state: "needs_reauth" })("mail"), { code: "needs_reauth" });
    await assert.rejects(asked(account, { resources: [] })("mail"), { code: "not_granted" });
  });
}

Deno.test("Google: an id that is none does not get into a search", async () => {
  const account = await google();
  await assert.rejects(asked(account)("drive", "x' or 'y"), { code: "parent_invalid", field: "parent" });
});

Deno.test("Google: shared drives are offered beside the person's own, each with its folders", async () => {
  const account = await google();
  const drives = account.simulator.googleDrives("ben");
  const team = drives.share("Team");
  const content = account.simulator.person("ben").desk.drive.live()[1]?.content ?? assert.fail();
  const folder = team.store.create(0, { ...content, kind: "folder", name: "Plans" });
  team.store.create(folder.number, { ...content, kind: "folder", name: "2026" });
  const offers = asked(account);
  const top = (await offers("drive")).filter(({ parent_id }) => parent_id === "");
  assert.deepEqual(top.map(({ name }) => name).sort(), ["My Drive", "Team"]);
  const [plans, ...others] = await offers("drive", team.id);
  assert.deepEqual([plans?.name, plans?.parent_id, others], ["Plans", team.id, []]);
  assert.deepEqual((await offers("drive", plans?.container_id ?? "")).map(({ name }) => name), ["2026"]);
  await assert.rejects(offers("drive", "no_such_folder"), { code: "parent_invalid" });
});

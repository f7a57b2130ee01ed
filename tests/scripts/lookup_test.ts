import assert from "node:assert/strict";
import { findPubsubEmulator, findRedis } from "../../scripts/services/mod.ts";
import { findEmulatorJar, findJava, type Machine, sdkFolders } from "../../scripts/services/lookup.ts";
import { installPlan } from "../../scripts/services/install.ts";

/** A machine with these files; a value is what a symbolic link leads to. */
function machine(files: Record<string, string | true>, env: Record<string, string> = {}): Machine {
  return {
    env: { PATH: "/usr/local/bin:/usr/bin", ...env },
    realFile(path) {
      const found = files[path];
      return found === true ? path : found;
    },
    names: (folder) =>
      Object.keys(files).filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1)),
  };
}

const JAR = "platform/pubsub-emulator/lib/cloud-pubsub-emulator-0.8.20-all.jar";

Deno.test("findRedis() takes redis-server before valkey-server, and says how to get one when neither is there", () => {
  assert.equal(
    findRedis(machine({ "/usr/bin/redis-server": true, "/usr/local/bin/valkey-server": true })),
    "/usr/bin/redis-server",
  );
  assert.equal(findRedis(machine({ "/usr/bin/valkey-server": true })), "/usr/bin/valkey-server");
  const absent = findRedis(machine({}));
  assert.ok(typeof absent !== "string");
  assert.match(absent.how, /deno task services install/);
});

Deno.test("findEmulatorJar() finds the SDK behind the link that gcloud on the PATH is", () => {
  const files = { "/usr/bin/gcloud": "/srv/sdk/bin/gcloud", [`/srv/sdk/${JAR}`]: true } as const;
  assert.equal(findEmulatorJar(machine(files)), `/srv/sdk/${JAR}`);
});

Deno.test("findEmulatorJar() finds an SDK that is not on the PATH in HOME and in the usual folders", () => {
  const ofHome = machine({ [`/home/ada/google-cloud-sdk/${JAR}`]: true }, { HOME: "/home/ada" });
  assert.equal(findEmulatorJar(ofHome), `/home/ada/google-cloud-sdk/${JAR}`);
  for (const folder of sdkFolders(machine({}))) {
    assert.equal(findEmulatorJar(machine({ [`${folder}/${JAR}`]: true })), `${folder}/${JAR}`);
  }
});

Deno.test("findEmulatorJar() ignores an SDK without the component", () => {
  assert.equal(findEmulatorJar(machine({ "/usr/bin/gcloud": "/srv/sdk/bin/gcloud" })), undefined);
});

Deno.test("findJava() prefers JAVA_HOME, and takes the PATH when JAVA_HOME holds none", () => {
  const files = { "/usr/bin/java": true, "/opt/jdk/bin/java": true } as const;
  assert.equal(findJava(machine(files, { JAVA_HOME: "/opt/jdk" })), "/opt/jdk/bin/java");
  assert.equal(findJava(machine(files, { JAVA_HOME: "/gone" })), "/usr/bin/java");
  assert.equal(findJava(machine({})), undefined);
});

Deno.test("findPubsubEmulator() says which of SDK and Java is lacking", () => {
  const java = findPubsubEmulator(machine({ [`/usr/lib/google-cloud-sdk/${JAR}`]: true }));
  const sdk = findPubsubEmulator(machine({ "/usr/bin/java": true }));
  assert.ok("why" in java && "why" in sdk);
  assert.match(java.why, /java/);
  assert.match(sdk.why, /Google Cloud SDK/);
});

const never = () => Promise.resolve(false);

Deno.test("installPlan() does nothing when everything is there", async () => {
  const all = machine({
    "/usr/bin/redis-server": true,
    "/usr/bin/java": true,
    [`/usr/lib/google-cloud-sdk/${JAR}`]: true,
  });
  const plan = await installPlan({ machine: all, os: "linux", isRoot: true, aptKnows: never });
  assert.deepEqual(plan, { commands: [], byHand: [] });
});

Deno.test("installPlan() installs by apt-get what lacks, with sudo for a person, and the emulator only if apt has it", async () => {
  const bare = machine({ "/usr/bin/apt-get": true, "/usr/bin/sudo": true });
  const run = ["env", "DEBIAN_FRONTEND=noninteractive", "/usr/bin/apt-get"];
  const install = ["install", "--yes", "--no-install-recommends", "redis-server", "default-jre-headless"];
  const asRoot = await installPlan({ machine: bare, os: "linux", isRoot: true, aptKnows: never });
  assert.deepEqual(asRoot.commands, [[...run, "update"], [...run, ...install]]);
  assert.match(asRoot.byHand.join(), /gcloud components install pubsub-emulator/);
  const known = await installPlan({ machine: bare, os: "linux", isRoot: false, aptKnows: () => Promise.resolve(true) });
  assert.deepEqual(known.commands, [
    ["/usr/bin/sudo", ...run, "update"],
    ["/usr/bin/sudo", ...run, ...install, "google-cloud-cli-pubsub-emulator"],
  ]);
  assert.deepEqual(known.byHand, []);
});

Deno.test("installPlan() leaves it to a person when there is neither sudo nor a known package manager", async () => {
  for (const files of [{ "/usr/bin/apt-get": true }, { "/usr/bin/sudo": true }, {}] as const) {
    const plan = await installPlan({ machine: machine(files), os: "linux", isRoot: false, aptKnows: never });
    assert.deepEqual(plan.commands, []);
    assert.equal(plan.byHand.length, 3);
  }
});

Deno.test("installPlan() uses Homebrew on macOS", async () => {
  const mac = machine({ "/usr/local/bin/brew": true, "/usr/local/bin/gcloud": true });
  const plan = await installPlan({ machine: mac, os: "darwin", isRoot: false, aptKnows: never });
  assert.deepEqual(plan.commands, [
    ["/usr/local/bin/brew", "install", "redis"],
    ["/usr/local/bin/brew", "install", "openjdk"],
    ["/usr/local/bin/gcloud", "components", "install", "pubsub-emulator", "--quiet"],
  ]);
});

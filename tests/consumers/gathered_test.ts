import assert from "node:assert/strict";
import { Gathered, type Work } from "../../consumers/contributions/mod.ts";
import { gate } from "./dispatch_rig.ts";

interface Named extends Work<string> {
  readonly name: string;
}

function named(name: string, alone: () => Promise<string> = () => Promise.resolve(`${name} alone`)): Named {
  return { name, alone };
}

Deno.test("Gathered does what waits for one key together, twenty at most, and keys do not wait for each other", async () => {
  const rounds: string[] = [];
  const gathered = new Gathered<Named, string>((key, works) => {
    rounds.push(`${key} ${works.length}`);
    return Promise.resolve("together");
  });
  const first = gate();
  const begun = gathered.run("ada", named("1", () => first.opened.then(() => "1 alone")));
  const others = Array.from({ length: 23 }, (_, at) => gathered.run("ada", named(`${at + 2}`)));
  assert.equal(await gathered.run("ben", named("b")), "b alone");
  assert.deepEqual(rounds, []);
  first.open();
  assert.equal(await begun, "1 alone");
  assert.deepEqual(await Promise.all(others), Array.from({ length: 23 }, () => "together"));
  assert.deepEqual(rounds, ["ada 20", "ada 3"]);
  assert.equal(await gathered.run("ada", named("later")), "later alone", "after the last round a new one begins");
});

Deno.test("Gathered does each alone when it can't be done together, and fails for nobody but who fails", async () => {
  for (const together of [() => Promise.resolve(null), () => Promise.reject(new Error("all"))]) {
    const gathered = new Gathered<Named, string>(together);
    const works = ["1", "2", "3"].map((name) =>
      named(name, name === "2" ? () => Promise.reject(new Error("2")) : undefined)
    );
    const results = await Promise.allSettled(works.map((work) => gathered.run("ada", work)));
    assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  }
});

/**
 * Vespa's own classes as judges of the package and of what the adapter writes: its config model, its JSON reader, its
 * document selectors. They need Java 17 and some 100 MB of Maven Central, so they are asked where they were fetched:
 *
 *     mvn -q -f tests/index/vespa_judge/pom.xml dependency:build-classpath -Dmdep.outputFile=/tmp/vespa.classpath
 *     VESPA_JUDGE_CLASSPATH=/tmp/vespa.classpath deno task test vespa_judge
 */
import assert from "node:assert/strict";
import { toFields } from "../../shared/index/vespa/item.ts";
import { fragmentsOf, put, removal } from "../adapters/index_samples.ts";
import { packageFile } from "./vespa_package.ts";

const ID = "id:millrace:item:g=2.ada:0123456789abcdef0123456789abcdef";

/** Asks the judge about a package, then about each of the questions. @returns `ok`, or why not */
async function judged(classpath: string, folder: string, questions: readonly object[]): Promise<readonly string[]> {
  const source = new URL("./vespa_judge/Judge.java", import.meta.url).pathname;
  const judge = new Deno.Command("java", {
    args: ["-cp", (await Deno.readTextFile(classpath)).trim(), source, folder],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = judge.stdin.getWriter();
  await input.write(new TextEncoder().encode(questions.map((one) => `${JSON.stringify(one)}\n`).join("")));
  await input.close();
  const { stdout, stderr } = await judge.output();
  const verdicts = new TextDecoder().decode(stdout).split("\n").filter((line) => line.startsWith("VERDICT "));
  assert.equal(verdicts.length, questions.length + 1, new TextDecoder().decode(stderr).slice(-2_000));
  return verdicts.map((line) => line.slice("VERDICT ".length));
}

async function judgeAll(classpath: string): Promise<void> {
  const vespa = new URL("../../vespa/", import.meta.url).pathname;
  const hostile = `<hi>\u0000\u0007\ufdd0\ud800 \u{1fffe} 日本語 "quoted" \u{10fffd}000041`;
  const written = [
    toFields(put(1, { title: "title", body: "body" }), 0),
    toFields(
      put(2, {
        title: hostile,
        body: hostile,
        details: hostile,
        people: [{ name: hostile, address: "ada@example.com" }],
        from: ["ada@example.com"],
        to: [`ben${hostile}@example.com`],
        folder: { role: "inbox", name: hostile },
        marks: ["unread", "attachment"],
        fragments: fragmentsOf(hostile),
        url: hostile,
      }),
      0,
    ),
    toFields(removal(3, 7), 0),
  ];
  const document = (fields: object) => ({
    id: ID,
    body: JSON.stringify({ fields, create: true, condition: "item.revision < 9" }),
  });
  const services = await packageFile("services.xml");
  const collected = /selection="([^"]+)"/.exec(services)?.[1]?.replaceAll("&gt;", ">") ?? "";
  const good = [...written.map(document), { select: "item.revision < 9" }, { select: collected }];
  const bad = [
    document({ ...written[0], misspelt: 1 }),
    document({ ...written[0], revision: "seven" }),
    document({ ...written[0], title: "\u0000" }),
    { select: "item.revision <" },
  ];
  const [whole, ...each] = await judged(classpath, vespa, [...good, ...bad]);
  assert.equal(whole, "ok");
  assert.deepEqual(each.slice(0, good.length), good.map(() => "ok"));
  // A judge that takes everything is none.
  for (const verdict of each.slice(good.length)) assert.notEqual(verdict, "ok");

  const broken = await Deno.makeTempDir();
  try {
    await new Deno.Command("cp", { args: ["-r", `${vespa}.`, broken] }).output();
    const schema = (await packageFile("schemas/item.sd")).replace("fields: title, body", "fields: titel, body");
    await Deno.writeTextFile(`${broken}/schemas/item.sd`, schema);
    const refused = await judged(classpath, broken, []).catch((error) => [String(error)]);
    assert.notDeepEqual(refused, ["ok"]);
  } finally {
    await Deno.remove(broken, { recursive: true });
  }
}

const classpath = Deno.env.get("VESPA_JUDGE_CLASSPATH") ?? "";
const name = "Vespa's own classes take the package, and what the adapter writes and asks";
if (classpath === "") {
  Deno.test.ignore(`${name} (skipped: VESPA_JUDGE_CLASSPATH names none; this file says how to have them)`, () => {});
} else {
  Deno.test(name, () => judgeAll(classpath));
}

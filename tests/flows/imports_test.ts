import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { z } from "zod";
import { importCommand } from "../../scripts/import.ts";
import { systemClock, systemFetch } from "../../shared/system/mod.ts";
import { eventually, message, type Running, startOn } from "./import_system.ts";

const encoder = new TextEncoder();
const CALENDAR = `BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Choir
BEGIN:VEVENT
UID:rehearsal@example.com
SUMMARY:Rehearsal of the requiem
DTSTART;TZID=Europe/Berlin:20250310T190000
DTEND;TZID=Europe/Berlin:20250310T210000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Nobody knows when
END:VEVENT
END:VCALENDAR
`;
const CARDS = `BEGIN:VCARD
VERSION:3.0
UID:card-1
FN:Imogen Saltbush
EMAIL;TYPE=INTERNET,HOME:Imogen@Example.com
TEL;TYPE=CELL:+1 555 0100
END:VCARD
BEGIN:VCARD
VERSION:3.0
END:VCARD
`;

async function withInstance(test: (running: Running) => Promise<void>): Promise<void> {
  const data_dir = await Deno.makeTempDir({ prefix: "millrace-import-" });
  const running = await startOn(data_dir);
  try {
    await test(running);
  } finally {
    await running.kill();
    await Deno.remove(data_dir, { recursive: true });
  }
}

const importId = async (answer: Response): Promise<string> => {
  const text = await answer.text();
  assert.equal(answer.status, 201, text);
  return z.object({ import_id: z.string() }).parse(JSON.parse(text)).import_id;
};

Deno.test("import: mail, events and contacts become searchable, what is malformed is listed, and files go away", async () => {
  await withInstance(async (running) => {
    const mail = await running.upload("ada", "Inbox.mbox", [message(1), message(2), message(1)].join(""));
    const calendar = await running.upload("ada", "choir.ics", CALENDAR);
    const cards = await running.upload("ada", "people.vcf", CARDS);
    const ids = [await importId(mail), await importId(calendar), await importId(cards)] as const;
    const [mails, events, contacts] = await Promise.all(ids.map((id) => running.done("ada", id)));
    assert.deepEqual([mails?.found, mails?.duplicates], [3, 1]);
    assert.deepEqual([events?.found, contacts?.found], [2, 2]);
    await eventually("all is searchable", async () => await running.count("ada") === 4 ? true : undefined);
    for (const [q, doc_type] of [["number2", "email"], ["requiem", "calendar"], ["Saltbush", "contact"]] as const) {
      assert.deepEqual((await running.search("ada", q)).hits.map((hit) => hit.doc_type), [doc_type], q);
    }
    const [no_event] = await running.refused("ada", ids[1]);
    assert.match(no_event?.reason ?? "", /^(uid_missing|malformed): /);
    assert.equal(no_event?.offset, CALENDAR.indexOf("BEGIN:VEVENT\nSUMMARY:Nobody"));
    assert.match((await running.refused("ada", ids[2]))[0]?.reason ?? "", /^nameless: /);
    assert.equal(await running.count("ben"), 0);
    assert.equal((await running.call("ben", `/v1/imports/${ids[0]}`)).status, 404);
    const left = await Array.fromAsync(Deno.readDir(`${running.data_dir}/imports/ada`));
    assert.deepEqual(left, []);
  });
});

Deno.test("import: the same archive again, and its mails in another file, are found and not doubled", async () => {
  await withInstance(async (running) => {
    const mbox = Array.from({ length: 250 }, (_, n) => message(n)).join("");
    const first = await running.done("ada", await importId(await running.upload("ada", "a.mbox", mbox)));
    assert.deepEqual([first.found, first.duplicates], [250, 0]);
    const again = await running.done("ada", await importId(await running.upload("ada", "b.mbox", mbox + message(900))));
    assert.deepEqual([again.found, again.duplicates], [251, 250]);
    await eventually("all is searchable", async () => await running.count("ada") === 251 ? true : undefined);
  });
});

Deno.test("import: killed in the middle again and again, it resumes; nothing is missing and nothing doubled", async () => {
  const data_dir = await Deno.makeTempDir({ prefix: "millrace-import-" });
  const mails = 4_000;
  const mbox = Array.from({ length: mails }, (_, n) => message(n)).join("");
  let running = await startOn(data_dir);
  try {
    const id = await importId(await running.upload("ada", "Inbox.mbox", mbox));
    const places: number[] = [];
    for (let kills = 0; kills < 3; kills++) {
      const before = places.at(-1) ?? 0;
      const at = await eventually("some more is read", async () => {
        const { found } = await running.told("ada", id);
        return found > before ? found : undefined;
      });
      places.push(at);
      await running.kill();
      running = await startOn(data_dir);
    }
    const told = await running.done("ada", id);
    // A page that a kill met may have been published, but is never counted as there before it was committed.
    assert.deepEqual([told.found, told.duplicates], [mails, 0], `killed at ${places}`);
    assert.ok((places[0] ?? mails) < mails, "the kill came before the end");
    await eventually("all is searchable", async () => await running.count("ada") === mails ? true : undefined);
    assert.equal((await running.search("ada", "number3999")).hits.length, 1);
  } finally {
    await running.kill();
    await Deno.remove(data_dir, { recursive: true });
  }
});

Deno.test("import: what is not what its name says is refused, and leaves nothing behind", async () => {
  await withInstance(async (running) => {
    for (const content of ["", "\x7fELF not a mailbox", "PK\x03\x04 but no archive"]) {
      const answer = await running.upload("ada", "Inbox.mbox", content);
      assert.equal(answer.status, 400, content);
      const { type } = z.object({ type: z.string() }).parse(await answer.json());
      assert.match(type, /import_unknown_format|archive_invalid/);
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(`${running.data_dir}/imports/ada`)), []);
  });
});

Deno.test("deno task import: an archive and a folder, with what was refused; exit codes that scripts can use", async () => {
  await withInstance(async (running) => {
    const folder = await Deno.makeTempDir({ prefix: "millrace-files-" });
    const archive = zipSync({
      "Takeout/Mail/All mail.mbox": encoder.encode(message(1) + message(2)),
      "Takeout/Calendar/choir.ics": encoder.encode(CALENDAR),
      "../outside.mbox": encoder.encode(message(3)),
    });
    await Deno.writeFile(`${folder}/takeout.zip`, archive);
    await Deno.mkdir(`${folder}/Mail`);
    await Deno.writeTextFile(`${folder}/Mail/Inbox`, message(2) + message(4));
    await Deno.writeTextFile(`${folder}/Mail/Inbox.msf`, "an index of a mail program");
    await Deno.writeTextFile(`${folder}/Mail/one.eml`, message(5).replace(/^From .*\n/, ""));
    const said: string[] = [];
    const command = (...args: string[]) =>
      importCommand(args, {
        env: { DATA_DIR: running.data_dir },
        fetch: systemFetch,
        clock: systemClock,
        say: (line) => void said.push(line),
        warn: () => {},
      });
    try {
      assert.equal(await command("--user", "ada", "--json", `${folder}/Mail`), 0);
      assert.equal(said.length, 2);
      said.length = 0;
      assert.equal(await command("--user", "ada", "--json", `${folder}/takeout.zip`), 1);
      const told = z.object({
        found: z.number(),
        duplicates: z.number(),
        refused: z.array(z.object({ name: z.string() })),
        malformed: z.array(z.object({ name: z.string() })),
      }).parse(JSON.parse(said[0] ?? ""));
      assert.deepEqual([told.found, told.duplicates], [4, 1]);
      assert.deepEqual(told.refused.map(({ name }) => name), ["../outside.mbox"]);
      assert.deepEqual(told.malformed.map(({ name }) => name), ["Takeout/Calendar/choir.ics"]);
      await eventually("all is searchable", async () => await running.count("ada") === 5 ? true : undefined);
      assert.equal(await command("--user", "ada"), 2);
      assert.equal(await command("--user", "ada", `${folder}/nothing`), 2);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});

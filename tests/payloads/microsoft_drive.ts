/** What becomes of the real payloads of OneDrive. */
import assert from "node:assert/strict";
import { z } from "zod";
import { readDriveChanges } from "../../shared/providers/microsoft/drive.ts";
import { DriveItem, kindOf } from "../../shared/providers/microsoft/drive_item.ts";
import { extractInThisThread } from "../../shared/providers/office_file.ts";
import type { ChangePage } from "../../shared/providers/port.ts";
import { testDeps } from "../providers/opened.ts";
import { scriptedMailbox } from "../providers/scripted_mailbox.ts";
import type { PayloadCheck } from "./microsoft.ts";

const BASE = "https://graph.microsoft.com/v1.0";
const LINK = `${BASE}/me/drive/root/delta?token=kept`;

/** The page that a delta's answer becomes: of the first listing, or of a round after it. */
async function deltaPage(answer: unknown, listing: boolean): Promise<ChangePage> {
  let reads = 0;
  const mailbox = scriptedMailbox((url) => {
    if (url.endsWith("/me/drive?$select=id")) return { json: { id: "drive-1" } };
    return { json: !listing && reads++ === 0 ? { value: [], "@odata.deltaLink": LINK } : answer };
  });
  const reading = { deps: testDeps(), mailbox, base: BASE, extract: extractInThisThread };
  let cursor = "";
  for (let calls = listing ? 1 : 2; calls > 0; calls--) cursor = (await readDriveChanges(reading, cursor)).cursor;
  return await readDriveChanges(reading, cursor);
}

/** Each page of a delta: what is gone is named, what is no document is left out, and the link is kept. */
const delta: PayloadCheck = async (json) => {
  const { value, ...links } = z.looseObject({
    value: z.array(z.looseObject({ id: z.string(), deleted: z.unknown().optional(), folder: z.unknown().optional() })),
  }).parse(json);
  const gone = value.filter((item) => item.deleted !== undefined).map(({ id }) => id);
  for (const listing of [true, false]) {
    const page = await deltaPage(json, listing);
    assert.deepEqual(page.removals.map(({ provider_id }) => provider_id), gone);
    assert.deepEqual(page.refused, []);
    const others = value.filter((item) => item.deleted === undefined && item.folder === undefined);
    assert.deepEqual(page.documents.map((item) => item.provider_id), listing ? [] : others.map(({ id }) => id));
    for (const item of page.documents) assert.ok("left_out" in await item.read());
    assert.equal(page.done, "@odata.deltaLink" in links);
    const next = z.object({ link: z.string(), page: z.string() }).parse(JSON.parse(page.cursor));
    assert.ok(Object.values(links).includes(next.page || next.link));
  }
};

/** Asserts what each payload becomes. */
export const MICROSOFT_DRIVE_PAYLOADS: Readonly<Record<string, PayloadCheck>> = {
  "graph-driveItem-delta-doc-deleted-folder": delta,
  "graph-driveItem-delta-doc-minimal": delta,
  "graph-driveItem-get": (json) => {
    const item = DriveItem.parse(json);
    assert.ok(item.root && item.folder && !item.deleted);
    assert.equal(kindOf(item), null);
    assert.notEqual(item.createdBy.name, "");
  },
};

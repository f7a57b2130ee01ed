/** Changes of a person's OneDrive: its delta, which lists everything the first time, one page a call. */
import { z } from "zod";
import { digest } from "../../contracts/ids.ts";
import type { ResourceChoice } from "../../contracts/records.ts";
import { choiceOf, depthOf, includes } from "../choice.ts";
import type { ChangePage, ItemName, LookedUp, ProviderResponse } from "../port.ts";
import { readBatch } from "./batch.ts";
import { isEndless, NEW_WALK, type Walk, walked } from "./cursor.ts";
import { type DriveCursor, listedAgain, parseDriveCursor, readAnew } from "./drive_cursor.ts";
import { DriveFiles } from "./drive_files.ts";
import { DriveItem, ITEM_SELECT, kindOf } from "./drive_item.ts";
import { sortPage } from "./drive_page.ts";
import type { Reading } from "./resource.ts";
import { graphError, isLost, leadsTo, pageOf, refusedBy } from "./graph.ts";

/** Items a page: each file among them may have to be fetched before the page is done. */
const ITEMS_PER_PAGE = 50;

const Drive = z.object({ id: z.string().min(1) });

/** One page from the cursor. */
export async function readDriveChanges(reading: Reading, text: string): Promise<ChangePage> {
  const choice = choiceOf(reading.mailbox.connection, "drive");
  const cursor = stillGood(reading, choice, parseDriveCursor(text));
  if (cursor.drive === "") return await findDrive(reading, cursor);
  if (!reaches(choice, cursor.drive)) return withdrawnPage(cursor);
  const started = cursor.link + cursor.page === "";
  const answer = await reading.mailbox.request(cursor.page || cursor.link || firstUrl(reading));
  if (isLost(answer)) return lostPage(reading, cursor, answer);
  if (answer.status !== 200) throw refusedBy(answer, "read a drive");
  const page = pageOf(answer, reading.base);
  const files = new DriveFiles(reading, cursor);
  const listing = cursor.link === "";
  const { moved, ...lists } = await sortPage(page.items, files, cursor.drive, listing);
  const walk = walked(cursor.walk, page.items.length === 0 ? "" : await digest(JSON.stringify(page.items)));
  const seen: DriveCursor = {
    ...cursor,
    withdrawn: false,
    folders: files.folders.remembered(),
    moved: [...new Set([...cursor.moved, ...moved])],
    trusted: cursor.trusted.filter((id) => !moved.includes(id)),
  };
  if (page.delta_link === "" && page.next_link !== "" && !isEndless(walk)) {
    const enumeration = listing ? { container: cursor.drive, started, finished: false } : null;
    return pageWith({ ...seen, page: page.next_link, walk }, { ...lists, enumeration });
  }
  const finished = page.delta_link !== "";
  if (!finished) cutShort(reading);
  const enumeration = listing ? { container: cursor.drive, started, finished } : null;
  // A round that was cut short begins again where the last finished one ended.
  const next = { ...seen, link: finished ? page.delta_link : cursor.link, page: "", walk: NEW_WALK };
  // Files in a folder that moved have no entries of their own for that.
  if (finished && seen.moved.length > 0) {
    const { walk, done } = begunAgain(cursor);
    return pageWith({ ...listedAgain(next), walk }, { ...lists, enumeration, done });
  }
  return pageWith({ ...next, trusted: [] }, { ...lists, enumeration, done: true });
}

/** Reads files by id, 20 a request. One that is no document any more is gone; so is one in the bin. */
export async function lookupFiles(
  reading: Reading,
  items: readonly ItemName[],
  text: string,
): Promise<readonly LookedUp[]> {
  const urls = items.map(({ provider_id }) => {
    return `/me/drive/items/${encodeURIComponent(provider_id)}?$select=${ITEM_SELECT}`;
  });
  const answers = await readBatch(reading, urls, {});
  const files = new DriveFiles(reading, parseDriveCursor(text));
  const found: LookedUp[] = [];
  for (const [at, answer] of answers.entries()) {
    const container = items[at]?.container ?? "";
    const item = DriveItem.safeParse(answer?.body).data;
    if (answer?.status === 404) found.push({ kind: isNoDrive(answer.body) ? "unknown" : "gone" });
    else if (answer?.status !== 200 || item === undefined) found.push({ kind: "unknown" });
    else found.push(item.deleted || kindOf(item) === null ? { kind: "gone" } : await lookedUp(files, item, container));
  }
  return found;
}

async function lookedUp(files: DriveFiles, item: DriveItem, container: string): Promise<LookedUp> {
  const read = await (await files.item(item)).read();
  if ("document" in read) return { kind: "found", read };
  if ("left_out" in read) return { kind: "left_out" };
  return { kind: "refused", refusal: { ...read, container: read.container || container } };
}

/** The cursor; with everything to be read anew when the address of Graph was moved, or when the person chose otherwise. */
function stillGood(reading: Reading, choice: ResourceChoice, cursor: DriveCursor): DriveCursor {
  const depth = depthOf(choice);
  const picked = JSON.stringify([choice.included, choice.containers_in, choice.containers_out]);
  const at_home = [cursor.link, cursor.page].every((link) => link === "" || leadsTo(reading.base, link));
  const chosen = { ...cursor, depth, picked };
  if (!at_home || depth !== cursor.depth) return readAnew(chosen);
  return picked === cursor.picked ? cursor : listedAgain({ ...chosen, walk: NEW_WALK });
}

/** Whether anything of the drive may be given. An id that is not the drive's is a folder's, which may lie in it. */
function reaches(choice: ResourceChoice, drive: string): boolean {
  const folders = choice.containers_in.some((id) => id !== drive);
  return includes(folders ? { ...choice, containers_in: [] } : choice, [drive]);
}

/** Asks for the drive's id, which is needed before the first file is read. Some accounts have no drive. */
async function findDrive(reading: Reading, cursor: DriveCursor): Promise<ChangePage> {
  const answer = await reading.mailbox.request(`${reading.base}/me/drive?$select=id`);
  if (answer.status === 404 || isUnlicensed(answer)) return pageWith(cursor, { done: true });
  const drive = Drive.safeParse(answer.json).data;
  if (answer.status !== 200 || drive === undefined) throw refusedBy(answer, "find the drive");
  return pageWith({ ...readAnew(cursor), drive: drive.id }, {});
}

function firstUrl({ base }: Reading): string {
  return `${base}/me/drive/root/delta?$select=${ITEM_SELECT}&$top=${ITEMS_PER_PAGE}`;
}

function withdrawnPage(cursor: DriveCursor): ChangePage {
  const left_out_containers = cursor.withdrawn ? [] : [cursor.drive];
  return pageWith({ ...readAnew(cursor), withdrawn: true }, { left_out_containers, done: true });
}

/**
 * The link leads nowhere: the drive is listed again, whichever way Graph wants the differences settled, since nothing
 * here is to be uploaded. The link that it gives along is not used: it has been seen to fail.
 */
function lostPage(reading: Reading, cursor: DriveCursor, answer: ProviderResponse): ChangePage {
  if (cursor.link + cursor.page === "") {
    if (answer.status !== 404) throw refusedBy(answer, "read a drive");
    const lost = { ...readAnew(cursor), drive: "", folders: {} };
    return pageWith(lost, { gone_containers: [cursor.drive], done: true });
  }
  reading.deps.counters.add("provider_cursors_lost_total", { provider: "microsoft" });
  const { walk, done } = begunAgain(cursor);
  const enumeration = { container: cursor.drive, started: true, finished: false };
  return pageWith({ ...listedAgain(cursor), walk }, { enumeration, done });
}

/** The walk of a listing that begins again. After too many of them the drive waits for the next round. */
function begunAgain({ walk: { restarts } }: DriveCursor): { readonly walk: Walk; readonly done: boolean } {
  const walk = { ...NEW_WALK, restarts: restarts + 1 };
  return isEndless(walk) ? { walk: NEW_WALK, done: true } : { walk, done: false };
}

function cutShort({ deps, mailbox }: Reading): void {
  deps.counters.add("provider_rounds_cut_total", { provider: "microsoft" });
  const { connection_id } = mailbox.connection;
  deps.log.warn("provider.round_cut", { connection_id, resource: "drive", reason: "The drive's delta did not end" });
}

/** A person without a licence for OneDrive. */
function isUnlicensed({ status, json }: ProviderResponse): boolean {
  return status === 400 && /does not have a SPO license/i.test(graphError(json).message);
}

/** "No such site" says nothing about a file. */
function isNoDrive(body: unknown): boolean {
  return /mysite/i.test(graphError(body).message);
}

function pageWith(cursor: DriveCursor, more: Partial<ChangePage>): ChangePage {
  return {
    documents: [],
    removals: [],
    partial: [],
    refused: [],
    done: false,
    enumeration: null,
    gone_containers: [],
    ...more,
    cursor: JSON.stringify(cursor),
  };
}

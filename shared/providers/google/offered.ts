/** What a person may choose among: calendars, labels, groups, drives, folders and lists as they are now. */
import { z } from "zod";
import type { ResourceName } from "../../contracts/ids.ts";
import { PermanentError } from "../../contracts/errors.ts";
import { away } from "../http.ts";
import type { Mailbox, OfferedContainer } from "../port.ts";
import { queryOf } from "./drive_api.ts";
import { MY_DRIVE } from "./drive_cursor.ts";
import { FOLDER_TYPE } from "./drive_file.ts";
import type { GoogleUrls } from "./config.ts";
import { refusedBy } from "./errors.ts";
import { Flag, Line, listOf } from "./fields.ts";

/** Pages of a list: more than anybody can choose among. */
const PAGES_MAX = 20;

/** What Gmail's own labels are for; the others of its own stand for no place. */
const LABEL_ROLES: Readonly<Record<string, string>> = {
  INBOX: "inbox",
  SENT: "sent",
  DRAFT: "drafts",
  SPAM: "junk",
  TRASH: "trash",
};

interface Asking {
  readonly mailbox: Mailbox;
  readonly urls: GoogleUrls;
}

/** The containers of a resource; of drives and folders those in `parent`, or at the top where it is `""`. */
export async function offeredContainers(
  asking: Asking,
  resource: ResourceName,
  parent: string,
): Promise<readonly OfferedContainer[]> {
  const { urls } = asking;
  switch (resource) {
    case "mail": {
      const Label = z.object({ id: z.string().min(1), name: Line });
      const labels = await listed(asking, `${urls.mailbox}/labels`, "labels", Label, "the labels");
      return labels.map(({ id, name }) => offered(id, name, "", LABEL_ROLES[id]));
    }
    case "calendar": {
      const Entry = z.object({
        id: z.string().min(1),
        summary: Line,
        summaryOverride: Line,
        accessRole: Line,
        primary: Flag,
      });
      const url = `${urls.calendar}/users/me/calendarList?maxResults=250&showHidden=true`;
      const entries = await listed(asking, url, "items", Entry, "the calendars");
      return entries.filter(({ accessRole }) => accessRole !== "freeBusyReader")
        .map(({ id, summary, summaryOverride, primary }) =>
          offered(id, summaryOverride || summary, "", primary ? "primary" : "")
        );
    }
    case "contacts": {
      const Group = z.object({ resourceName: z.string().min(1), formattedName: Line, name: Line });
      const url = `${urls.people}/contactGroups?pageSize=1000`;
      const groups = await listed(asking, url, "contactGroups", Group, "the contact groups");
      return groups.map(({ resourceName, formattedName, name }) => offered(resourceName, formattedName || name));
    }
    case "drive":
      return await offeredDrives(asking, parent);
    case "todos": {
      const List = z.object({ id: z.string().min(1), title: Line });
      const lists = await listed(asking, `${urls.tasks}/users/@me/lists?maxResults=100`, "items", List, "the lists");
      return lists.map(({ id, title }) => offered(id, title));
    }
  }
}

async function offeredDrives(asking: Asking, parent: string): Promise<readonly OfferedContainer[]> {
  const top = parent === "" ? MY_DRIVE : parent;
  // It becomes part of a search.
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(top)) {
    throw new PermanentError("parent_invalid", "Give a container_id of the list as parent.", { field: "parent" });
  }
  const Named = z.object({ id: z.string().min(1), name: Line });
  const driveId = top === MY_DRIVE ? "" : await driveOf(asking, top);
  const query = queryOf({
    q: `'${top === MY_DRIVE ? "root" : top}' in parents and mimeType = '${FOLDER_TYPE}' and trashed = false`,
    pageSize: "1000",
    supportsAllDrives: "true",
    includeItemsFromAllDrives: "true",
    corpora: driveId === "" ? "user" : "drive",
    driveId,
    fields: "nextPageToken,files(id,name)",
  });
  const { urls } = asking;
  const folders = await listed(asking, `${urls.drive}/files?${query}`, "files", Named, "the folders");
  const inside = folders.map(({ id, name }) => offered(id, name, top));
  if (parent !== "") return inside;
  const shared = `${urls.drive}/drives?pageSize=100&fields=${encodeURIComponent("nextPageToken,drives(id,name)")}`;
  const drives = await listed(asking, shared, "drives", Named, "the shared drives");
  return [offered(MY_DRIVE, "My Drive"), ...drives.map(({ id, name }) => offered(id, name)), ...inside];
}

/** The shared drive that a folder lies in, or is the root of; `""` for the person's own. */
async function driveOf({ mailbox, urls }: Asking, id: string): Promise<string> {
  const query = queryOf({ supportsAllDrives: "true", fields: "id,driveId" });
  const answer = await mailbox.request(`${urls.drive}/files/${id}?${query}`);
  if (answer.status === 404) {
    throw new PermanentError("parent_invalid", "There is no such folder (any more). List the drive again.", {
      field: "parent",
    });
  }
  if (answer.status !== 200) throw refusedBy(answer, "find the folder");
  return z.object({ driveId: Line }).safeParse(answer.json).data?.driveId ?? "";
}

function offered(container_id: string, name: string, parent_id = "", role = ""): OfferedContainer {
  return { container_id, name, parent_id, role };
}

const Next = z.object({ nextPageToken: z.string().nullish() });

/** All pages of a list; what of it can't be read is left out. */
async function listed<T>(
  { mailbox }: Asking,
  url: string,
  member: string,
  item: z.ZodType<T>,
  what: string,
): Promise<readonly T[]> {
  const Page = z.object({ [member]: listOf(z.unknown()) });
  const items: T[] = [];
  const asked = new URL(url);
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const answer = await mailbox.request(asked.href);
    if (answer.status !== 200) throw refusedBy(answer, `list ${what}`);
    const page = Page.safeParse(answer.json);
    if (!page.success) throw away(`Google's answer is not a list of ${what}`, page.error);
    items.push(...(page.data[member] ?? []).flatMap((one) => item.safeParse(one).data ?? []));
    const next = Next.safeParse(answer.json).data?.nextPageToken ?? "";
    if (next === "") break;
    asked.searchParams.set("pageToken", next);
  }
  return items;
}

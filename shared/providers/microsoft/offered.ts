/** What a person may choose among: the containers of a resource as they are now, asked for without a cursor. */
import { z } from "zod";
import type { OfferedContainer } from "../port.ts";
import { tidy } from "../text.ts";
import { pageOf, preferring, refusedBy } from "./graph.ts";
import type { ContainedKind } from "./kind.ts";
import type { Reading } from "./resource.ts";

/** Pages of a list: at 250 containers each more than anybody can choose among. */
const PAGES_MAX = 20;

const Listed = z.looseObject({
  id: z.string().min(1),
  parentFolderId: z.string().nullish(),
  isHidden: z.boolean().nullish(),
  "@removed": z.unknown().optional(),
});

/** The containers of a resource; what its list does not name is among them. */
export async function offeredContainers(kind: ContainedKind, reading: Reading): Promise<readonly OfferedContainer[]> {
  const { list } = kind;
  const [items, { roles }] = await Promise.all([
    listed(reading, list.url, list.headers, `list the containers of ${kind.resource}`),
    list.readRoles?.(reading) ?? { roles: {} as Readonly<Record<string, string>> },
  ]);
  const named = items.flatMap((item): OfferedContainer[] => {
    const one = Listed.safeParse(item).data;
    if (one === undefined || one.isHidden === true || one["@removed"] !== undefined) return [];
    const name = one[list.name_member];
    return [{
      container_id: one.id,
      name: typeof name === "string" ? tidy(name) : "",
      parent_id: one.parentFolderId ?? "",
      role: roles[one.id] ?? "",
    }];
  });
  const unlisted = list.unlisted.map(({ id, name }) => ({ container_id: id, name, parent_id: "", role: "" }));
  const all = new Map([...unlisted, ...named].map((one) => [one.container_id, one]));
  // The folder above all others is none that could be chosen.
  return [...all.values()].map((one) => all.has(one.parent_id) ? one : { ...one, parent_id: "" });
}

const Drive = z.object({ id: z.string().min(1), name: z.string().nullish() });
const Child = z.object({ id: z.string().min(1), name: z.string().nullish(), folder: z.looseObject({}) });

/** The drive and the folders at its top, or the folders in one of them: a whole tree would be every folder there is. */
export async function offeredFolders(reading: Reading, parent: string): Promise<readonly OfferedContainer[]> {
  const { base, mailbox } = reading;
  const answer = await mailbox.request(`${base}/me/drive?$select=id,name`);
  // A person without a drive has nothing to choose among.
  if (answer.status === 404) return [];
  const drive = Drive.safeParse(answer.json).data;
  if (answer.status !== 200 || drive === undefined) throw refusedBy(answer, "find the drive");
  const top = parent === "" || parent === drive.id;
  const folder = top ? "root" : `items/${encodeURIComponent(parent)}`;
  const url = `/me/drive/${folder}/children?$select=id,name,folder&$top=200`;
  const children = (await listed(reading, url, preferring(), "list the folders")).flatMap(
    (item): OfferedContainer[] => {
      const child = Child.safeParse(item).data;
      if (child === undefined) return [];
      const parent_id = top ? drive.id : parent;
      return [{ container_id: child.id, name: tidy(child.name ?? ""), parent_id, role: "" }];
    },
  );
  if (parent !== "") return children;
  return [{ container_id: drive.id, name: tidy(drive.name ?? "") || "OneDrive", parent_id: "", role: "" }, ...children];
}

async function listed(
  { mailbox, base }: Reading,
  path: string,
  headers: Readonly<Record<string, string>>,
  what: string,
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let url = `${base}${path}`;
  for (let pages = 0; url !== "" && pages < PAGES_MAX; pages++) {
    const answer = await mailbox.request(url, { headers });
    if (answer.status !== 200) throw refusedBy(answer, what);
    const page = pageOf(answer, base);
    items.push(...page.items);
    url = page.next_link;
  }
  return items;
}

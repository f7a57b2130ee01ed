/** A drive item of Graph as a document. Pure: its text and its place are handed in. */
import { z } from "zod";
import type { Person } from "../../contracts/documents.ts";
import type { ContentKind } from "../../content/extracted.ts";
import { DOC_TYPE_OF, type FileText, officeKind } from "../office_file.ts";
import type { ReadDocument } from "../port.ts";
import { momentOf, NO_MOMENT, sizeOf } from "../text.ts";
import { Text, versionOf } from "./fields.ts";

const Identity = z.object({ user: z.object({ displayName: Text, email: Text }).nullish() }).nullish()
  .transform((set): Person => ({
    name: set?.user?.displayName ?? "",
    address: (set?.user?.email ?? "").trim().toLowerCase(),
  }));
const Place = z.object({ id: Text, driveId: Text }).nullish();
const File = z.object({ mimeType: Text }).nullish();
/** Something that is there or not, whatever it holds. */
const Facet = z.unknown().optional().transform((facet) => facet !== undefined && facet !== null);

/** An item of another drive that a person put into their own: what it is stands in there. */
const Remote = z.object({ id: Text, name: Text, size: z.number().nullish(), file: File, folder: Facet, webUrl: Text });

/** The members of an item that are used. Those of a deleted one are few, and differ by the kind of drive. */
export const DriveItem = z.object({
  id: z.string().min(1),
  name: Text,
  size: z.number().nullish(),
  eTag: Text,
  webUrl: Text,
  createdDateTime: z.string().nullish(),
  lastModifiedDateTime: z.string().nullish(),
  createdBy: Identity,
  lastModifiedBy: Identity,
  parentReference: Place,
  file: File,
  folder: Facet,
  root: Facet,
  deleted: Facet,
  malware: Facet,
  package: Facet,
  shared: z.object({ owner: Identity }).nullish(),
  remoteItem: Remote.extend({ parentReference: Place }).nullish(),
});
export type DriveItem = z.infer<typeof DriveItem>;

/** The same as a value of `$select`. */
export const ITEM_SELECT = "id,name,size,eTag,webUrl,createdDateTime,lastModifiedDateTime,createdBy,lastModifiedBy," +
  "parentReference,file,folder,root,deleted,malware,package,shared,remoteItem";

const EXTENSIONS: Readonly<Record<string, ContentKind>> = {
  docx: "word",
  docm: "word",
  dotx: "word",
  xlsx: "sheet",
  xlsm: "sheet",
  xltx: "sheet",
  pptx: "presentation",
  pptm: "presentation",
  ppsx: "presentation",
};

/** The family of documents that an item belongs to; null for folders and all other files. */
export function kindOf(item: DriveItem): ContentKind | null {
  const file = item.remoteItem?.file ?? item.file;
  if (file === null || file === undefined) return null;
  // Files that other programs put there come as octets at times: then the name tells.
  const extension = /\.([a-z]+)$/.exec(item.name.toLowerCase())?.[1] ?? "";
  return officeKind(file.mimeType) ?? EXTENSIONS[extension] ?? null;
}

/** The size that Graph tells, bytes. */
export function itemSize(item: DriveItem): number {
  return sizeOf(item.remoteItem?.size ?? item.size);
}

/** Between two changes of a file within one millisecond there is room for so many. */
const CHANGES_PER_MS = 1_024;

/** A tag such as `"{GUID},7"` counts the changes of an item, those of its place and name too. */
const COUNTED_TAG = /^"?\{[0-9a-f-]+\},(\d{1,15})"?$/i;

/**
 * The item's version: when it was changed, and what its tag counts, since a move changes the tag alone.
 * `exact` is false where the tag counts nothing: then another place may come with the same version.
 */
export function versionOfItem(item: DriveItem): { readonly version: number; readonly exact: boolean } {
  const count = COUNTED_TAG.exec(item.eTag)?.[1];
  const modified_ms = versionOf(item.lastModifiedDateTime);
  const version = modified_ms === 0 ? 0 : modified_ms * CHANGES_PER_MS + (Number(count ?? 0) % CHANGES_PER_MS);
  // What it is elsewhere, its own tag does not tell.
  return { version, exact: count !== undefined && modified_ms > 0 && !hasRemote(item) };
}

function hasRemote(item: DriveItem): boolean {
  return item.remoteItem !== null && item.remoteItem !== undefined;
}

/** The document of a file of this family. */
export function documentOf(
  item: DriveItem,
  kind: ContentKind,
  { container, path, text }: { container: string; path: string; text: FileText },
): ReadDocument {
  const created_at = momentOf(item.createdDateTime);
  const owner = item.shared?.owner ?? { name: "", address: "" };
  const owners = [owner, item.createdBy].filter(({ name, address }) => name !== "" || address !== "").slice(0, 1);
  return {
    provider_id: item.id,
    container,
    version: versionOfItem(item).version,
    document: {
      doc_type: DOC_TYPE_OF[kind],
      provider: "microsoft",
      provider_id: item.id,
      container,
      title: item.name.trim(),
      url: item.webUrl || (item.remoteItem?.webUrl ?? ""),
      last_updated: momentOf(item.lastModifiedDateTime) || created_at || NO_MOMENT,
      ...text,
      mime_type: (item.remoteItem?.file ?? item.file)?.mimeType ?? "",
      size_bytes: itemSize(item),
      path,
      shared: (item.shared !== null && item.shared !== undefined) || hasRemote(item),
      owners,
      last_editor: item.lastModifiedBy,
      created_at,
    },
  };
}
